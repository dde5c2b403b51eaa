// The sign-up: the form, then the code and the progress, then the end.

const form = byId("sign-up");
const confirmation = byId("confirmation");
const typed = ["email", "name", "phone"];

/** The follower of the sign-up that is shown. */
let follower;
/** Whether it was told that the mail is sent. */
let isMailTold;

/** The field for codes, as the page has it for the address alone. */
const codeOfEmail = { label: byId("code-label").textContent, hint: byId("code-hint").textContent };

// The form.

const draft = () => Object.fromEntries(typed.map((field) => [field, byId(field).value]));

/** What the API takes of a draft: what was left empty is left out, and a phone number may be written with gaps. */
const bodyOf = ({ email, name, phone }) => ({
  email: email.trim(),
  name: name.trim() || undefined,
  phone: phone.replace(/[\s()./-]/g, "") || undefined,
  locale: document.documentElement.lang,
});

const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The key of a try: the same for the same data, so that a lost answer or a reload does not sign up twice. */
const keyFor = (data) => {
  const { key, sent } = remembered();
  const same = key !== undefined && typed.every((field) => sent?.[field] === data[field]);
  return same ? key : newKey();
};

const signUp = async () => {
  const data = draft();
  const key = keyFor(data);
  remember({ draft: data, sent: data, key });
  byId("sign-up-problem").textContent = "";

  const answer = await request("POST", "users", {
    body: bodyOf(data),
    headers: { "idempotency-key": key },
    safe: true,
  });
  if (answer.status === 202) {
    remember({ id: answer.body.id, email: data.email.trim() });
    showConfirmation();
    announce(say("accepted"));
    return;
  }
  const errors = errorsOf(answer, {
    email: data.email.trim() === "" ? say("email_missing") : say("email_invalid"),
    name: say("name_invalid"),
    phone: say("phone_invalid"),
  });
  showErrors(form, errors ?? {});
  if (errors === undefined) byId("sign-up-problem").textContent = problemOf(answer);
};

const showForm = (options) => {
  follower?.stop();
  const kept = remembered().draft ?? {};
  for (const field of typed) byId(field).value = kept[field] ?? "";
  showErrors(form, {});
  byId("sign-up-problem").textContent = "";
  announce("");
  show("enter", options);
};

// The code and the progress.

const ends = {
  verified: () => showEnd(say("verified_title"), say("verified")),
  expired: () => showEnd(say("expired_title"), say("expired")),
  failed: () => showEnd(say("failed_title"), say("failed")),
};

/** Asks for the codes of what is to be confirmed. */
const askFor = (unconfirmed = ["email"]) => {
  let texts = codeOfEmail;
  if (unconfirmed.includes("phone")) {
    texts = unconfirmed.includes("email")
      ? { label: say("code_of_either"), hint: say("code_hint_either") }
      : { label: say("code_of_phone"), hint: say("code_hint_phone") };
  }
  byId("code-label").textContent = texts.label;
  byId("code-hint").textContent = texts.hint;
};

/** Shows the answer about a sign-up; true if it has ended. */
const onAnswer = ({ status, body }) => {
  if (status === 404) {
    remember({});
    ends.failed();
    return true;
  }
  if (status !== 200) {
    // It is looked at again anyway: only a lost connection is worth a word.
    if (status === 0) announce(say("unreachable"));
    return false;
  }
  if (Object.hasOwn(ends, body.status)) {
    remember({ id: body.id });
    ends[body.status]();
    return true;
  }
  takeBack(say("unreachable"));
  showSteps(body.steps);
  askFor(body.unconfirmed);
  if (body.anotherMail !== undefined) anotherMail.waitFor(body.anotherMail.inSeconds);
  if (body.steps.mailed && !isMailTold) {
    isMailTold = true;
    announce(say("mailed"));
  }
  return false;
};

/** Says why the sign-up that is shown does not go on. */
const showProblem = (answer) => {
  const isOver = answer.status === 410;
  byId("confirmation-problem").textContent = isOver ? say("over") : problemOf(answer);
  if (isOver) follower.hurry();
};

/** Goes on after a code: with the code of another contact, or else by itself. */
const askForRest = (unconfirmed) => {
  if (unconfirmed === undefined) return announce(say("code_accepted"));
  askFor(unconfirmed);
  announce(unconfirmed.includes("phone") ? say("phone_left") : say("email_left"));
  byId("code").value = "";
  byId("code").focus();
};

const confirmCode = async () => {
  const code = byId("code").value.replace(/\s/g, "");
  byId("confirmation-problem").textContent = "";
  if (code === "") return showErrors(confirmation, { code: say("code_missing") });

  const answer = await request("POST", "verifications", { body: { userId: remembered().id, code } });
  const errors = errorsOf(answer, { code: say("code_invalid") });
  showErrors(confirmation, errors ?? {});
  if (answer.status === 202) {
    askForRest(answer.body.unconfirmed);
    follower.hurry();
  } else if (errors === undefined) showProblem(answer);
};

const requestMail = async () => {
  const answer = await request("POST", `users/${remembered().id}/mails`);
  if (answer.status === 202) {
    announce(say("another_mail"));
    follower.hurry();
  } else if (answer.status !== 429) showProblem(answer);
  if (answer.retryAfter !== undefined) anotherMail.waitFor(answer.retryAfter);
};

const showConfirmation = (options) => {
  const { id, email } = remembered();
  byId("mail-goes-to").textContent =
    email === undefined ? say("mail_goes_out") : say("mail_goes_to", { email });
  byId("code").value = "";
  showErrors(confirmation, {});
  byId("confirmation-problem").textContent = "";
  isMailTold = false;
  askFor();
  showSteps({});
  anotherMail.count();
  show("confirm", options);
  follower = follow(id, onAnswer);
};

// Events.

const onSubmit = (element, action) =>
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(element.querySelector("button"), action);
  });

onSubmit(form, signUp);
onSubmit(confirmation, confirmCode);
form.addEventListener("input", () => remember({ ...remembered(), draft: draft() }));
anotherMail.button.addEventListener("click", async () => {
  await whileBusy(anotherMail.button, requestMail);
  anotherMail.count();
});
byId("restart").addEventListener("click", () => {
  remember({ draft: { email: remembered().email } });
  showForm();
});
byId("again").addEventListener("click", () => {
  remember({});
  showForm();
});

// A page that was loaded again goes on where it was.
if (remembered().id === undefined) showForm({ focus: false });
else showConfirmation({ focus: false });
