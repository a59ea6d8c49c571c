"""Headings as offices write them, by what the column says."""

from random import Random

HEADINGS = {
    "number": ("N°", "Nº", "Nro.", "Item", "#"),
    "document": ("DNI", "N° DNI", "Nro. de DNI", "D.N.I.", "Documento de identidad", "N° de documento", "DNI N°",
                 "Número de DNI", "DNI/CE", "N° Doc."),
    "type": ("Tipo de documento", "Tipo doc.", "Tipo de doc."),
    "check": ("Dígito verificador", "DV", "Dígito de verificación"),
    "given": ("Nombres", "Nombre(s)", "Nombres completos", "Prenombres", "Nombres del participante"),
    "family": ("Apellidos", "Apellidos completos", "Apellidos del participante"),
    "paternal": ("Apellido paterno", "Ap. Paterno", "Primer apellido", "A. Paterno"),
    "maternal": ("Apellido materno", "Ap. Materno", "Segundo apellido", "A. Materno"),
    "names: family first": ("Apellidos y nombres", "Apellidos y Nombres completos", "Nombre completo", "Participante",
                            "Apellidos y nombres del participante"),
    "names: given first": ("Nombres y apellidos", "Nombres y apellidos completos", "Nombre completo", "Participante",
                           "Nombres y apellidos del participante"),
    "birth": ("Fecha de nacimiento", "F. Nac.", "Fec. Nac.", "Fecha Nac.", "F. Nacimiento", "Fecha de nac.",
              "Fecha nacimiento"),
    "sex": ("Sexo", "Género", "Sexo (M/F)"),
    "age": ("Edad", "Edad (años)"),
    "district": ("Distrito", "Distrito de residencia", "Distrito donde vive"),
    "province": ("Provincia", "Provincia de residencia", "Prov."),
    "ubigeo inei": ("UBIGEO INEI", "Código UBIGEO (INEI)", "Ubigeo - INEI"),
    "ubigeo reniec": ("UBIGEO RENIEC", "Código UBIGEO (RENIEC)"),
    "ubigeo": ("UBIGEO", "Código de ubigeo", "Cod. Ubigeo"),
    "phone": ("Teléfono", "Celular", "N° de celular", "Teléfono / Celular", "Cel.", "Telf."),
    "mobile": ("Celular",),
    "landline": ("Teléfono fijo", "Teléfono"),
    "consent": ("Consentimiento", "Consentimiento informado", "Autoriza el tratamiento de datos personales",
                "Acepta", "Autorización de datos personales", "Consentimiento (Ley 29733)"),
    "image": ("Uso de imagen", "Autoriza uso de imagen", "Consentimiento de imagen"),
    "contact": ("Consentimiento de contacto", "Acepta ser contactado", "Autoriza contacto"),
    "guardian": ("Consentimiento del apoderado", "Autorización del apoderado", "Consentimiento del tutor"),
    "enrolled": ("Fecha de inscripción", "F. Inscripción", "Fec. inscripción", "Fecha inscrip."),
    "cohort": ("Cohorte", "Nombre de la cohorte"),
    "tongue": ("Lengua materna", "Idioma materno", "Lengua"),
    "ethnicity": ("Autoidentificación étnica", "Pertenencia étnica", "Etnia"),
    "signature": ("Firma", "Firma / huella", "Huella digital"),
    "organization": ("Organización", "Tipo de organización", "Organización que representa"),
    "address": ("Correo electrónico", "E-mail", "Correo"),
    "remarks": ("Observaciones", "Obs.", "Comentarios", "Comunidad / caserío", "Cargo"),
}  # fmt: skip

FIELDS = {
    "document": "document.number", "type": "document.type", "check": "document.check", "given": "given_names",
    "family": "family_names", "paternal": "family_names.first", "maternal": "family_names.second", "names": "names",
    "birth": "birth_date", "day": "birth_date", "month": "birth_date", "year": "birth_date", "sex": "sex",
    "district": "district", "province": "district.province", "ubigeo": "district.code", "phone": "phone",
    "mobile": "phone", "landline": "phone", "consent": "consents", "image": "consents.image",
    "contact": "consents.contact", "guardian": "consents.guardian", "enrolled": "enrolled_on", "cohort": "cohort_id",
    "organization": "organization_id", "address": "email",
    "tongue": "mother_tongue", "ethnicity": "ethnicity",
}  # fmt: skip
"""The field of the interface that a column says; others are none."""

_TYPOS = {
    "birth": "Fecha de nacimento", "district": "Distirto", "family": "Apelidos", "consent": "Consentimento",
    "sex": "Sexso",
}  # fmt: skip
_QUESTIONS = {
    "document": "¿Cuál es su número de DNI?", "given": "Nombres", "family": "Apellidos", "paternal": "Apellido paterno",
    "maternal": "Apellido materno", "names": "Apellidos y nombres", "birth": "Fecha de nacimiento (dd/mm/aaaa)",
    "sex": "Sexo", "district": "¿En qué distrito vive?", "province": "¿En qué provincia vive?",
    "consent": "¿Autoriza el tratamiento de sus datos personales?", "phone": "Número de celular",
    "enrolled": "Fecha de inscripción", "tongue": "¿Cuál es su lengua materna?",
    "ethnicity": "¿Cómo se autoidentifica?", "image": "¿Autoriza el uso de su imagen?",
    "ubigeo": "UBIGEO INEI de residencia", "organization": "¿A qué organización pertenece?",
    "address": "Dirección de correo electrónico", "contact": "¿Acepta ser contactado?",
    "guardian": "Autorización del apoderado",
}  # fmt: skip
_VARIABLES = {
    "document": "datos/dni", "given": "datos/nombres", "family": "datos/apellidos", "birth": "datos/fecha_nacimiento",
    "paternal": "datos/apellido_paterno", "maternal": "datos/apellido_materno", "names": "datos/apellidos_y_nombres",
    "sex": "datos/sexo", "district": "lugar/distrito", "province": "lugar/provincia", "ubigeo": "lugar/ubigeo_inei",
    "consent": "permiso/consentimiento", "phone": "contacto/celular", "enrolled": "fecha_inscripcion",
    "organization": "datos/organizacion", "address": "contacto/correo",
    "tongue": "datos/lengua_materna", "ethnicity": "datos/etnia", "image": "permiso/uso_imagen",
    "contact": "permiso/acepta_contacto", "guardian": "permiso/consentimiento_apoderado",
}  # fmt: skip


def heading(chance: Random, key: str, dialect: str, typo: str, number: int) -> str:
    """Draws the heading of a column; programs number their questions or name their variables."""
    plain = key.partition(":")[0].partition(" ")[0]
    if dialect == "Kobo":
        return _VARIABLES.get(plain) or HEADINGS[key][0].lower().replace(" ", "_")
    if dialect == "Google Forms":
        return f"{number}. {_QUESTIONS.get(plain) or HEADINGS[key][0]}"
    if typo == "day" and plain == "birth":
        return "Fecha"
    if typo and plain == typo and typo in _TYPOS:
        return _TYPOS[typo]
    return chance.choice(HEADINGS[key])
