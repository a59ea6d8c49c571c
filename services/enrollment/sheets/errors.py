"""Why a file or a row is rejected while it is read. A rejection without a field gets that of the cell it is about."""

from chassis.runtime.rejections import Kind, Rejection
from chassis.web.texts import N_

EMPTY_FILE = Rejection(
    "file_empty",
    N_("The file is empty."),
    field="file",
    remedy=N_("Choose the sheet again and check that it opens in your spreadsheet program."),
)
TOO_LARGE = Rejection(
    "file_too_large",
    N_("The file is larger than 20 MB."),
    Kind.TOO_LARGE,
    field="file",
    remedy=N_("Remove pictures from it, or split it into several files."),
)
WRONG_TYPE = Rejection(
    "file_wrong_type",
    N_("This file is not a sheet: neither CSV, XLSX, XLS nor ODS."),
    Kind.UNSUPPORTED,
    field="file",
    remedy=N_("In your spreadsheet program, save it as «Excel workbook (.xlsx)» or «CSV UTF-8»."),
)
ENCRYPTED = Rejection(
    "file_encrypted",
    N_("The file is protected by a password."),
    field="file",
    remedy=N_("Save it without a password; it is stored encrypted here."),
)
DAMAGED = Rejection(
    "file_damaged",
    N_("The file is damaged and cannot be read."),
    field="file",
    remedy=N_("Open it in your spreadsheet program, save it again and send the new file."),
)
UNPACKS_TOO_LARGE = Rejection(
    "file_unpacks_too_large",
    N_("Unpacked, the workbook is far larger than a sheet of 50,000 rows."),
    field="file",
    remedy=N_("Copy the rows into a new workbook and send that one."),
)
TOO_MANY_ROWS = Rejection(
    "too_many_rows",
    N_("The sheet has more than 50,000 rows, or something written far away from its table."),
    field="file",
    remedy=N_("Split it into several files, or copy the table into a new workbook."),
)
TOO_MANY_TABLES = Rejection(
    "too_many_tables",
    N_("The sheet has more than 250 tables, or more than 2,000 different headings."),
    field="file",
    remedy=N_("Put the people below the headings of one table, or split the sheet into several files."),
)
TOO_MANY_COLUMNS = Rejection(
    "too_many_columns",
    N_("The sheet has more than 200 columns, or something written far to the right of its table."),
    field="file",
    remedy=N_("Copy the table's columns into a new workbook, or save the sheet as «CSV UTF-8»."),
)
TEXT_TOO_LONG = Rejection(
    "text_too_long",
    N_("A cell or a line of the file is far longer than in a sheet of people."),
    field="file",
    remedy=N_("Shorten it or remove its column, and save the sheet again."),
)
TOO_DEMANDING = Rejection(
    "file_too_demanding",
    N_("The file could not be read with the memory and time that a sheet may take."),
    field="file",
    remedy=N_("Copy the rows into a new workbook, save it as «CSV UTF-8», or split it into several files."),
)
ENCODING_UNKNOWN = Rejection(
    "encoding_unknown",
    N_("The characters of this file cannot be read with certainty."),
    field="file",
    remedy=N_("Save it as «CSV UTF-8» or as «Excel workbook (.xlsx)»."),
)
BROKEN_QUOTES = Rejection(
    "quotes_broken",
    N_("The quotation marks of this line do not match, so that its cells cannot be told apart."),
    field="row",
    remedy=N_("Correct the line, and save the sheet from your spreadsheet program as «Excel workbook (.xlsx)»."),
)
HEADINGS_NOT_FOUND = Rejection(
    "headings_not_found",
    N_("No line of headings was found in the first 40 lines."),
    field="file",
    remedy=N_("Name the columns in one line, such as DNI, Apellidos, Nombres, Distrito, Provincia, Consentimiento."),
)
NO_ROWS = Rejection(
    "no_rows",
    N_("There is no row below the headings."),
    field="file",
    remedy=N_("Write a row for each person below the headings, save the sheet, and send it again."),
)
DOCUMENT_COLUMN_MISSING = Rejection(
    "document_column_missing",
    N_("There is no column with the identity document."),
    field="document.number",
    remedy=N_("Add a column named DNI."),
)
NAME_COLUMN_MISSING = Rejection(
    "name_column_missing",
    N_("There are no columns with family and given names."),
    field="names",
    remedy=N_("Add the columns Apellidos and Nombres."),
)
DISTRICT_COLUMN_MISSING = Rejection(
    "district_column_missing",
    N_("There is no column with the district."),
    field="district",
    remedy=N_(
        "Add the columns Distrito and Provincia, or UBIGEO INEI, or UBIGEO RENIEC, or choose the district when you send"
        " the file."
    ),
)
CONSENT_COLUMN_MISSING = Rejection(
    "consent_column_missing",
    N_("There is no column with the people's consent to the training."),
    field="consents",
    remedy=N_("Add a column named Consentimiento, or declare that the office holds everybody's signed consent."),
)
HEADING_UNCLEAR = Rejection(
    "heading_unclear",
    N_("This heading is not known; its column may be «%(known)s»."),
    field="columns",
    remedy=N_("Correct the heading, or say which field the column is, or that it is not to be read."),
)
COLUMN_UNKNOWN = Rejection(
    "column_unknown",
    N_("The sheet has no column with this heading."),
    field="columns",
    remedy=N_("Write the heading as it stands in the sheet, or leave it out."),
)
SCHEME_UNDECLARED = Rejection(
    "ubigeo_scheme_undeclared",
    N_("The sheet does not say whether its UBIGEO codes are INEI's or RENIEC's; the same code can mean two districts."),
    field="ubigeo_scheme",
    remedy=N_("Name the column UBIGEO INEI or UBIGEO RENIEC, or choose the scheme when you send the file."),
)
SCHEME_CONTRADICTION = Rejection(
    "ubigeo_scheme_contradiction",
    N_("Two different UBIGEO schemes are declared for this sheet."),
    field="ubigeo_scheme",
    remedy=N_("Find out which one its codes follow, and declare that one only."),
)
NAME_ORDER_CONTRADICTION = Rejection(
    "name_order_contradiction",
    N_("The names in one column, or its heading, show another order than the one declared."),
    field="name_order",
    remedy=N_("Withdraw the answer, for what the sheet shows counts; where it shows something wrong, correct it."),
)
DATE_ORDER_CONTRADICTION = Rejection(
    "date_order_contradiction",
    N_("Dates of the sheet, or a heading, show another order of day and month than the one declared."),
    field="date_order",
    remedy=N_("Withdraw the answer, for what the sheet shows counts; where it shows something wrong, correct it."),
)
SEX_LETTERS_CONTRADICTION = Rejection(
    "sex_letters_contradiction",
    N_("The other letters of the column, or its heading, show that M does not mean what was declared."),
    field="sex_letters",
    remedy=N_("Withdraw the answer, for what the sheet shows counts; where it shows something wrong, correct it."),
)
COHORT_UNDECLARED = Rejection(
    "cohort_undeclared",
    N_("The sheet does not say to which cohort its people belong."),
    field="cohort_id",
    remedy=N_("Add a column named Cohorte, or choose the cohort when you send the file."),
)
NAME_ORDER_UNDECLARED = Rejection(
    "name_order_undeclared",
    N_("Nothing shows whether the names in one column begin with the family names or with the given names."),
    field="name_order",
    remedy=N_("Declare name_order=family_first or name_order=given_first with the file, or ask for a preview."),
)
DATE_ORDER_UNDECLARED = Rejection(
    "date_order_undeclared",
    N_("Nothing shows whether the day or the month comes first in the dates."),
    field="date_order",
    remedy=N_("Declare date_order=day_first or date_order=month_first with the file, or ask for a preview."),
)
SEX_LETTERS_UNDECLARED = Rejection(
    "sex_letters_undeclared",
    N_("Nothing shows whether the letter M means a woman or a man."),
    field="sex_letters",
    remedy=N_("Declare sex_letters=m_is_female or sex_letters=m_is_male with the file, or ask for a preview."),
)
HIDDEN_ROWS_UNDECLARED = Rejection(
    "hidden_rows_undeclared",
    N_("The sheet has hidden or struck-out rows, and nobody said whether their people are to be enrolled."),
    field="hidden_rows",
    remedy=N_("Declare hidden_rows=true or hidden_rows=false with the file, or ask for a preview."),
)
UNREADABLE = Rejection(
    "file_unreadable",
    N_("Reading this file failed again and again."),
    field="file",
    remedy=N_("Copy the table into a new workbook and send that one; tell the operator if it happens again."),
)
INTERRUPTED = Rejection(
    "import_interrupted",
    N_("The import stopped before its end."),
    field="file",
    remedy=N_("Send the same file again: who is enrolled already is not counted twice."),
)

PAST_DAY_NOT_STATED = Rejection(
    "past_day_not_stated",
    N_("Nothing says on which day the people began: the first day of the past cohort counts, also for their age."),
    field="enrolled_on",
    remedy=N_("Add a column named Fecha de inscripción, or write «Fecha:» and the day above the table."),
)
PAST_CONSENTS_NOT_KEPT = Rejection(
    "past_consents_not_kept",
    N_(
        "The list of a past cohort gives no consent: nobody of it is written to, and no telephone, e-mail, mother"
        " tongue and ethnic self-identification is kept."
    ),
    field="consents",
    remedy=N_("Nothing is to be done. Ask for the consent of people who are enrolled again."),
)
COMPLETION_NOT_KEPT = Rejection(
    "completion_not_kept",
    N_("It is not read who completed: that follows from the attendance, except in past cohorts."),
    field="completed",
    remedy=N_("If these people were trained before, state the past cohort first, and import the sheet into it."),
)
COMPLETION_UNDECLARED = Rejection(
    "completion_undeclared",
    N_("Nothing says who of these people completed the training."),
    field="completed",
    remedy=N_("Add a column named Completó, or say whether everybody on the list completed it."),
)
DAY_NOT_STATED = Rejection(
    "enrolled_on_not_stated",
    N_(
        "Nothing says on which day the people enrolled: the day of the import counts, also for their age and for"
        " consents without a day."
    ),
    field="enrolled_on",
    remedy=N_("Add a column named Fecha de inscripción, or write «Fecha:» and the day above the table."),
)
COLUMN_HIDDEN = Rejection(
    "column_hidden",
    N_("This column is hidden in the sheet, and is read all the same."),
    remedy=N_("Choose «is not read» for it if it is not right."),
)
CONTACT_NOT_ASKED = Rejection(
    "contact_not_asked",
    N_("It is not kept: no column says whether the person agrees to be contacted."),
    remedy=N_("Add a column named Consentimiento de contacto."),
)
CONTACT_NOT_KEPT = Rejection(
    "contact_not_kept",
    N_("It was not kept: the person did not agree to be contacted."),
    remedy=N_("If the person agrees, record the consent and what was not kept."),
)
CONTACT_DIFFERS = Rejection(
    "contact_differs",
    N_("It was not kept: another one is stored of the person, and it stays."),
    remedy=N_("Ask the person which one is right; it is corrected on the person's page."),
)
ORGANIZATION_NOT_READ = Rejection(
    "organization_not_read",
    N_("It was not read: it names no registered organization, and another column says what type it is of."),
    field="organization_id",
    remedy=N_("Write the organization's registered name, or the same type in both columns."),
)
ZERO_RESTORED = Rejection(
    "document_zero_restored",
    N_("The sheet has it without the zero at its start that spreadsheet programs leave out; it was put back."),
    field="document.number",
    remedy=N_("Compare it with the card: another digit may be missing."),
)

UNEXPECTED = Rejection(
    "row_unexpected",
    N_("Something went wrong on our side with this row."),
    field="row",
    remedy=N_("Send the row again; tell the operator if it happens again."),
)
COHORT_MISSING = Rejection(
    "cohort_missing",
    N_("This row names no cohort."),
    field="cohort_id",
    remedy=N_("Write the cohort's name as it is on the list of cohorts."),
)
COHORT_UNKNOWN = Rejection(
    "cohort_unknown",
    N_("There is no cohort of this name."),
    field="cohort_id",
    remedy=N_("Write the cohort's name as it is on the list of cohorts."),
)
COHORT_AMBIGUOUS = Rejection(
    "cohort_ambiguous",
    N_("Cohorts of several programmes have this name."),
    field="cohort_id",
    remedy=N_("Choose the cohort when you send the file."),
)
COHORT_CONTRADICTION = Rejection(
    "cohort_contradiction",
    N_("This row names another cohort than the one chosen for the file."),
    field="cohort_id",
    remedy=N_("Correct the row, or send it with its own cohort."),
)
DOCUMENT_MISSING = Rejection(
    "document_missing",
    N_("The identity document is missing."),
    field="document.number",
    remedy=N_("Write the document's number."),
)
DOCUMENT_DISPUTED = Rejection(
    "document_disputed",
    N_("This document stands beside another person in the same sheet."),
    field="document.number",
    remedy=N_("Compare it with both cards. If it is right here, write its check character behind a hyphen too."),
)
DOCUMENT_TYPE_UNKNOWN = Rejection(
    "document_type_unknown",
    N_("This kind of document is not known."),
    field="document.type",
    remedy=N_("Write DNI, Carné de extranjería or Pasaporte."),
)
CELLS_CONTRADICT = Rejection(
    "cells_contradict",
    N_("Two columns of the sheet stand for this, and say different things of the person."),
    remedy=N_("Say before the import which one is to be read, or write the right one into both."),
)
NAME_WITH_REMARK = Rejection(
    "name_with_remark",
    N_("Something else than a name stands here: a remark behind a dash, or a sign that repeats the row above."),
    remedy=N_("Write the name as on the identity document."),
)
LETTERS_LOST = Rejection(
    "letters_lost",
    N_("Letters of this name were lost: a «?» or «�» stands for them."),
    remedy=N_("Write the name as on the identity document."),
)
LETTERS_GARBLED = Rejection(
    "letters_garbled",
    N_("Letters of this name became other signs, as «Ã±» for «ñ»."),
    remedy=N_("Write the name as on the identity document, or save the sheet as «CSV UTF-8» from where it is right."),
)
NAMES_TOGETHER = Rejection(
    "names_not_separable",
    N_("It cannot be told where the family names end and the given names begin."),
    field="names",
    remedy=N_("Write a comma between them, such as Quispe Huamán, Rosa Elena."),
)
NAMES_EXCHANGED = Rejection(
    "names_exchanged",
    N_("The family names seem to stand where the given names belong, and the given names in their place."),
    field="family_names",
    remedy=N_("Put each into its own column."),
)
NAMES_REPEATED = Rejection(
    "names_repeated",
    N_("The same names stand both in the column of the family names and in that of the given names."),
    field="given_names",
    remedy=N_("Write each name into its own column only."),
)
SEVERAL_PEOPLE = Rejection(
    "several_people",
    N_("The given names seem to be those of two people."),
    field="given_names",
    remedy=N_("Write a row for each person, with the document of each."),
)
DISTRICT_MISSING = Rejection(
    "district_missing",
    N_("The district is missing."),
    field="district",
    remedy=N_("Write the district and its province, or the UBIGEO code."),
)
DISTRICT_UNKNOWN = Rejection(
    "district_unknown",
    N_("There is no such district in this province of Cajamarca."),
    field="district",
    remedy=N_("Compare district and province with the official list."),
)
DISTRICT_CODE_UNKNOWN = Rejection(
    "district_code_unknown",
    N_("No district of Cajamarca has this code in the scheme declared."),
    field="district.code",
    remedy=N_("Check the code, and whether it is INEI's or RENIEC's."),
)
DISTRICT_AMBIGUOUS = Rejection(
    "district_ambiguous",
    N_("Several provinces have a district of this name."),
    field="district",
    remedy=N_("Write the province too, in the same cell if it has no column: Santa Cruz, Cutervo."),
)
DISTRICT_CONTRADICTION = Rejection(
    "district_contradiction",
    N_("The UBIGEO code and the names beside it mean different places."),
    field="district.code",
    remedy=N_("Check the code, and whether the scheme declared for the sheet is the right one."),
)
DISTRICT_OUTSIDE = Rejection(
    "district_outside",
    N_("The person lives outside the department of Cajamarca."),
    field="district.department",
    remedy=N_("Only residents of Cajamarca's districts can be enrolled; correct the row if this is a mistake."),
)
DATE_UNREADABLE = Rejection(
    "date_unreadable",
    N_("This is not a date."),
    remedy=N_("Write day, month and year, such as 12/05/1987 or 12 de mayo de 1987."),
)
DATE_INCOMPLETE = Rejection(
    "date_incomplete",
    N_("The day or the month is missing; Minka does not guess them."),
    remedy=N_("Write day, month and year, such as 12/05/1987, or leave the cell empty."),
)
DATES_INCOMPLETE = Rejection(
    "dates_incomplete",
    N_("This column has no day, or no month, in any of its cells; Minka does not guess them."),
    remedy=N_(
        "Write day, month and year into it, such as 12/05/1987. Or say that the column is not read: then the people are"
        " enrolled without this date."
    ),
)
DATE_IS_NUMBER = Rejection(
    "date_is_number",
    N_("This is an age or another number, not a date."),
    remedy=N_("Write day, month and year, such as 12/05/1987, or leave the cell empty."),
)
DATE_EXCHANGED = Rejection(
    "date_exchanged",
    N_("A spreadsheet program of another country may have exchanged day and month of what it took for dates."),
    remedy=N_("Write the month as a word, such as 12 de mayo de 1987, or as year-month-day."),
)
DATE_AMBIGUOUS = Rejection(
    "date_ambiguous",
    N_("It cannot be told which number is the day and which the month."),
    remedy=N_("Write the month as a word, such as 12 de mayo de 1987, or as year-month-day."),
)
DATE_CENTURY_UNCLEAR = Rejection(
    "date_century_unclear",
    N_("The year has two digits, and more than one century is possible."),
    remedy=N_("Write the year with four digits."),
)
DATE_IMPOSSIBLE = Rejection(
    "date_impossible",
    N_("There is no such day in the calendar."),
    remedy=N_("Correct the date."),
)
ANSWER_UNCLEAR = Rejection(
    "answer_unclear",
    N_("This is neither a clear yes nor a clear no."),
    remedy=N_("Write Sí or No."),
)
CONSENT_REFUSED = Rejection(
    "consent_refused",
    N_("This cell refuses the consent to the training, which another one, or what was declared, gives."),
    field="consents",
    remedy=N_(
        "Do not enroll the person. If the cell is about something else, empty it; before the import, say which field"
        " its column is."
    ),
)
PERSON_LEFT = Rejection(
    "person_left",
    N_("A line above this row, or the name of its tab, says that these people left, or lead the training."),
    field="consents",
    remedy=N_("Do not enroll the person, unless they take part after all."),
)
SEX_UNCLEAR = Rejection(
    "sex_unclear",
    N_("It cannot be told what this letter means: M may stand for «mujer» or for «masculino»."),
    field="sex",
    remedy=N_("Write Mujer or Hombre in full, or leave the cell empty."),
)
SEX_UNKNOWN = Rejection(
    "sex_unknown",
    N_("This answer is not known."),
    field="sex",
    remedy=N_("Write Mujer, Hombre or Otro, or leave the cell empty."),
)
MOTHER_TONGUE_UNKNOWN = Rejection(
    "mother_tongue_unknown",
    N_("This language is not known."),
    field="mother_tongue",
    remedy=N_("Write Castellano, Quechua, Awajún or Otra, or leave the cell empty."),
)
ETHNICITY_UNKNOWN = Rejection(
    "ethnicity_unknown",
    N_("This answer is not known."),
    field="ethnicity",
    remedy=N_("Write Mestizo, Quechua, Awajún, Afroperuano, Blanco or Otro, or leave the cell empty."),
)
ORGANIZATION_UNKNOWN = Rejection(
    "organization_unknown",
    N_("No organization of this name is registered."),
    field="organization_id",
    remedy=N_(
        "Register it and send the row again, or write into the cell what type it is of, such as Ronda campesina."
    ),
)
ORGANIZATION_TYPE_UNKNOWN = Rejection(
    "organization_type_unknown",
    N_("This type of organization is not known."),
    field="organization_type",
    remedy=N_("Write for example Ronda campesina, Organización de mujeres, Organización juvenil, Otra or Ninguna."),
)
