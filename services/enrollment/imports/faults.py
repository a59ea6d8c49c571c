"""Why a file or a row is refused while it is read. `field` is filled in where one fault may befall several fields."""

from chassis.web.texts import N_
from services.enrollment.refusals import Refused

EMPTY_FILE = Refused(
    "file",
    "file_empty",
    N_("The file is empty."),
    N_("Choose the sheet again and check that it opens in your spreadsheet program."),
)
TOO_LARGE = Refused(
    "file",
    "file_too_large",
    N_("The file is larger than 20 MB."),
    N_("Remove pictures from it, or split it into several files."),
)
WRONG_TYPE = Refused(
    "file",
    "file_wrong_type",
    N_("This file is not a CSV or XLSX sheet."),
    N_("In your spreadsheet program, save it as «Excel workbook (.xlsx)» or «CSV UTF-8»."),
)
OLD_EXCEL = Refused(
    "file",
    "file_old_excel",
    N_("This is a workbook of an old Excel (.xls)."),
    N_("Open it and save it as «Excel workbook (.xlsx)»."),
)
ENCRYPTED = Refused(
    "file",
    "file_encrypted",
    N_("The file is protected by a password."),
    N_("Save it without a password; it is stored encrypted here."),
)
DAMAGED = Refused(
    "file",
    "file_damaged",
    N_("The file is damaged and cannot be read."),
    N_("Open it in your spreadsheet program, save it again and send the new file."),
)
UNPACKS_TOO_LARGE = Refused(
    "file",
    "file_unpacks_too_large",
    N_("Unpacked, the workbook is far larger than a sheet of 50,000 rows."),
    N_("Copy the rows into a new workbook and send that one."),
)
COUNTS_FROM_1904 = Refused(
    "file",
    "file_counts_from_1904",
    N_("This workbook counts its dates from 1904, so that days could be read wrongly."),
    N_("In Excel's advanced options turn «1904 date system» off, check the dates and save it again."),
)
TOO_MANY_ROWS = Refused(
    "file",
    "too_many_rows",
    N_("The sheet has more than 50,000 rows, or something written far away from its table."),
    N_("Split it into several files, or copy the table into a new workbook."),
)
ENCODING_UNKNOWN = Refused(
    "file",
    "encoding_unknown",
    N_("The letters of this file cannot be read with certainty."),
    N_("Save it as «CSV UTF-8» or as «Excel workbook (.xlsx)»."),
)
BROKEN_QUOTES = Refused(
    "file",
    "quotes_broken",
    N_("Quotation marks in this CSV file do not match, so that rows would run into each other."),
    N_("Save it again from your spreadsheet program, or as «Excel workbook (.xlsx)»."),
)
HEADINGS_NOT_FOUND = Refused(
    "file",
    "headings_not_found",
    N_("No line of headings was found in the first 40 lines."),
    N_("Name the columns in one line, such as DNI, Apellidos, Nombres, Distrito, Provincia, Consentimiento."),
)
SEVERAL_SHEETS = Refused(
    "file",
    "several_sheets",
    N_("More than one sheet of this workbook has a table of people."),
    N_("Save each sheet as a file of its own, and send them one after another."),
)
HEADING_TWICE = Refused(
    "file",
    "heading_twice",
    N_("Two columns have headings that mean the same."),
    N_("Rename or remove the column that does not count."),
)
NO_ROWS = Refused(
    "file",
    "no_rows",
    N_("There is no row below the headings."),
    N_("Check that you chose the right file."),
)
DOCUMENT_COLUMN_MISSING = Refused(
    "document.number",
    "document_column_missing",
    N_("There is no column with the identity document."),
    N_("Add a column named DNI."),
)
NAME_COLUMN_MISSING = Refused(
    "names",
    "name_column_missing",
    N_("There are no columns with family and given names."),
    N_("Add the columns Apellidos and Nombres."),
)
DISTRICT_COLUMN_MISSING = Refused(
    "district",
    "district_column_missing",
    N_("There is no column with the district."),
    N_("Add the columns Distrito and Provincia, or UBIGEO INEI, or UBIGEO RENIEC."),
)
SCHEME_UNDECLARED = Refused(
    "ubigeo_scheme",
    "ubigeo_scheme_undeclared",
    N_("The sheet does not say whether its UBIGEO codes are INEI's or RENIEC's; the same code can mean two districts."),
    N_("Name the column UBIGEO INEI or UBIGEO RENIEC, or choose the scheme when you send the file."),
)
SCHEME_CONTRADICTION = Refused(
    "ubigeo_scheme",
    "ubigeo_scheme_contradiction",
    N_("Two different UBIGEO schemes are declared for this sheet."),
    N_("Find out which one its codes follow, and declare that one only."),
)
COHORT_UNDECLARED = Refused(
    "cohort_id",
    "cohort_undeclared",
    N_("The sheet does not say to which cohort its people belong."),
    N_("Add a column named Cohorte, or choose the cohort when you send the file."),
)
UNREADABLE = Refused(
    "file",
    "file_unreadable",
    N_("Reading this file failed again and again."),
    N_("Copy the table into a new workbook and send that one; tell the operator if it happens again."),
)
INTERRUPTED = Refused(
    "file",
    "import_interrupted",
    N_("The import stopped before its end."),
    N_("Send the same file again: who is enrolled already is not counted twice."),
)

UNEXPECTED = Refused(
    "row",
    "row_unexpected",
    N_("Something went wrong on our side with this row."),
    N_("Send the row again; tell the operator if it happens again."),
)
COHORT_MISSING = Refused(
    "cohort_id",
    "cohort_missing",
    N_("This row names no cohort."),
    N_("Write the cohort's name as it is on the list of cohorts."),
)
COHORT_UNKNOWN = Refused(
    "cohort_id",
    "cohort_unknown",
    N_("There is no cohort of this name."),
    N_("Write the cohort's name as it is on the list of cohorts."),
)
COHORT_AMBIGUOUS = Refused(
    "cohort_id",
    "cohort_ambiguous",
    N_("Cohorts of several programmes have this name."),
    N_("Choose the cohort when you send the file."),
)
COHORT_CONTRADICTION = Refused(
    "cohort_id",
    "cohort_contradiction",
    N_("This row names another cohort than the one chosen for the file."),
    N_("Correct the row, or send it with its own cohort."),
)
DOCUMENT_MISSING = Refused(
    "document.number",
    "document_missing",
    N_("The identity document is missing."),
    N_("Write the document's number."),
)
DOCUMENT_TYPE_UNKNOWN = Refused(
    "document.type",
    "document_type_unknown",
    N_("This kind of document is not known."),
    N_("Write DNI, Carné de extranjería or Pasaporte."),
)
NAMES_TOGETHER = Refused(
    "names",
    "names_not_separable",
    N_("It cannot be told where the family names end and the given names begin."),
    N_("Write a comma between them, or use two columns, Apellidos and Nombres."),
)
DISTRICT_MISSING = Refused(
    "district",
    "district_missing",
    N_("The district is missing."),
    N_("Write the district and its province, or the UBIGEO code."),
)
DISTRICT_UNKNOWN = Refused(
    "district",
    "district_unknown",
    N_("There is no such district in this province of Cajamarca."),
    N_("Compare district and province with the official list."),
)
DISTRICT_CODE_UNKNOWN = Refused(
    "district.code",
    "district_code_unknown",
    N_("No district of Cajamarca has this code in the scheme declared."),
    N_("Check the code, and whether it is INEI's or RENIEC's."),
)
DISTRICT_AMBIGUOUS = Refused(
    "district",
    "district_ambiguous",
    N_("Several provinces have a district of this name."),
    N_("Write the province too."),
)
DISTRICT_CONTRADICTION = Refused(
    "district.code",
    "district_contradiction",
    N_("The UBIGEO code and the names beside it mean different places."),
    N_("Check the code, and whether the scheme declared for the sheet is the right one."),
)
DISTRICT_OUTSIDE = Refused(
    "district.department",
    "district_outside",
    N_("The person lives outside the department of Cajamarca."),
    N_("Only residents of Cajamarca's districts can be enrolled; correct the row if this is a mistake."),
)
DATE_UNREADABLE = Refused(
    "",
    "date_unreadable",
    N_("This is not a date."),
    N_("Write day, month and year, such as 12/05/1987 or 12 de mayo de 1987."),
)
DATE_INCOMPLETE = Refused(
    "",
    "date_incomplete",
    N_("The day or the month is missing; Minka does not guess them."),
    N_("Write day, month and year, such as 12/05/1987, or leave the cell empty."),
)
DATE_AMBIGUOUS = Refused(
    "",
    "date_ambiguous",
    N_("It cannot be told which number is the day and which the month."),
    N_("Write the month as a word, such as 12 de mayo de 1987, or as year-month-day."),
)
DATE_CENTURY_UNCLEAR = Refused(
    "",
    "date_century_unclear",
    N_("The year has two digits, and more than one century is possible."),
    N_("Write the year with four digits."),
)
DATE_IMPOSSIBLE = Refused(
    "",
    "date_impossible",
    N_("There is no such day in the calendar."),
    N_("Correct the date."),
)
ANSWER_UNCLEAR = Refused(
    "",
    "answer_unclear",
    N_("This is neither a clear yes nor a clear no."),
    N_("Write Sí or No."),
)
SEX_UNCLEAR = Refused(
    "sex",
    "sex_unclear",
    N_("It cannot be told what this letter means: M may stand for «mujer» or for «masculino»."),
    N_("Write Mujer or Hombre in full, or leave the cell empty."),
)
SEX_UNKNOWN = Refused(
    "sex",
    "sex_unknown",
    N_("This answer is not known."),
    N_("Write Mujer, Hombre or Otro, or leave the cell empty."),
)
MOTHER_TONGUE_UNKNOWN = Refused(
    "mother_tongue",
    "mother_tongue_unknown",
    N_("This language is not known."),
    N_("Write Castellano, Quechua, Awajún or Otra, or leave the cell empty."),
)
ETHNICITY_UNKNOWN = Refused(
    "ethnicity",
    "ethnicity_unknown",
    N_("This answer is not known."),
    N_("Write Mestizo, Quechua, Awajún, Afroperuano, Blanco or Otro, or leave the cell empty."),
)
ORGANIZATION_UNKNOWN = Refused(
    "organization_id",
    "organization_unknown",
    N_("No organization of this name is registered."),
    N_("Register it and send the file again, or leave the cell empty and fill in the type of organization."),
)
ORGANIZATION_TYPE_UNKNOWN = Refused(
    "organization_type",
    "organization_type_unknown",
    N_("This type of organization is not known."),
    N_("Write for example Ronda campesina, Organización de mujeres, Organización juvenil, Otra or Ninguna."),
)
