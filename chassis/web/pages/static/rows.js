// Sends with the form of one row what was typed into the forms of the other rows, so that the page can show it again.

const forms = [...document.querySelectorAll("form[data-row]")];

/** @param {FormDataEvent} event */
function addOtherRows({ target, formData }) {
  for (const form of forms) {
    if (form === target) continue;
    for (const { name, value } of form.elements) {
      if (name && !formData.has(name)) formData.append(name, value);
    }
  }
}

forms.forEach((form) => form.addEventListener("formdata", addOtherRows));
