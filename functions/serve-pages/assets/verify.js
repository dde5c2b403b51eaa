// The page behind a mailed link. Nothing is sent before a button is pressed.

const token = location.hash.slice(1);
const problem = byId("problem");

/** Ends the page, and removes the token from the browser's history. */
const finish = (title, text, { signUpAgain = false } = {}) => {
  byId("sign-up-again").hidden = !signUpAgain;
  problem.textContent = "";
  showEnd(title, text);
  history.replaceState(null, "", location.pathname);
};

/** Whether the answer ends the page, since no request with this token can succeed any more. */
const isOver = ({ status }) => status === 410 || status === 422;

const finishAsGone = () => finish(say("gone_title"), say("gone"), { signUpAgain: true });

const showTime = (text) => {
  const style = { dateStyle: "long", timeStyle: "short" };
  byId("requested-at").dateTime = text;
  byId("requested-at").textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(text));
};

const showSignUp = ({ requestedAt, name, phone }) => {
  showTime(requestedAt);
  byId("name").textContent = name ?? say("not_given");
  byId("phone").textContent = phone ?? say("not_given");
  // Without a name and a number there is nothing to leave out.
  const isAddressAlone = (name ?? phone) === undefined;
  byId("only").hidden = !isAddressAlone;
  for (const id of ["all", "address", "address-hint"]) byId(id).hidden = isAddressAlone;
  show("choose");
};

const preview = async () => {
  problem.textContent = "";
  const answer = await request("POST", "verifications/preview", { body: { token }, safe: true });
  if (answer.status === 200) showSignUp(answer.body);
  else if (isOver(answer)) finishAsGone();
  else problem.textContent = problemOf(answer);
};

const confirm = async (choice) => {
  problem.textContent = "";
  const answer = await request("POST", "verifications", { body: { token, confirm: choice } });
  if (answer.status === 202) {
    const all = answer.body.unconfirmed === undefined ? say("done_all") : say("done_in_part");
    finish(say("done_title"), choice === "address" ? say("done_address") : all);
  } else if (isOver(answer)) finishAsGone();
  else problem.textContent = problemOf(answer);
};

const onPress = (id, action) => {
  const button = byId(id);
  button.addEventListener("click", () => whileBusy(button, action));
};

onPress("show", preview);
onPress("all", () => confirm("all"));
onPress("only", () => confirm("all"));
onPress("address", () => confirm("address"));
// Another link that is opened in this tab differs in its fragment only, which loads nothing.
addEventListener("hashchange", () => location.reload());

if (token === "") finish(say("incomplete_title"), say("incomplete"));
else show("ask", { focus: false });
