// The fields of a form, and their errors.

/** Shows these errors at their fields, removes all others, and puts the focus on the first. */
const showErrors = (form, errors) => {
  const inputs = [...form.querySelectorAll("input")];
  for (const input of inputs) {
    byId(`${input.id}-error`).textContent = errors[input.id] ?? "";
    if (errors[input.id]) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  inputs.find((input) => errors[input.id])?.focus();
};

/** The fields that a problem document names, by the texts of these; undefined if it names others as well, or none. */
const errorsOf = (answer, texts) => {
  if (answer.status !== 422 || !Array.isArray(answer.body.errors)) return undefined;
  const fields = answer.body.errors.map((error) => String(error.pointer).slice(1));
  if (fields.length === 0 || !fields.every((field) => Object.hasOwn(texts, field))) return undefined;
  return Object.fromEntries(fields.map((field) => [field, texts[field]]));
};

