// Passkeys: the browser asks the device, the server asks the browser.

const can = window.PublicKeyCredential?.parseRequestOptionsFromJSON;

const post = (address, fields) => fetch(address, { method: "POST", body: new URLSearchParams(fields) });

/** Sends the form with what the device said. */
function send(form, action, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.action = action;
  form.noValidate = true;
  form.submit();
}

function fail(form) {
  const told = form.querySelector(".failed");
  told.textContent = form.dataset.failed;
  told.hidden = false;
}

async function logIn(form) {
  const answer = await post("/login/passkey/ask", {});
  if (!answer.ok) return fail(form);
  const { ticket, publicKey } = await answer.json();
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  const credential = await navigator.credentials.get({ publicKey: options });
  send(form, form.action, { ticket, credential: JSON.stringify(credential) });
}

async function add(form, asking) {
  const answer = await post(asking, new FormData(form));
  if (!answer.headers.get("content-type")?.includes("json")) {
    // The page again, with what is wrong.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("main").replaceWith(page.getElementById("main"));
    begin();
    document.getElementById("problems")?.focus();
    return;
  }
  const { ticket, publicKey } = await answer.json();
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
  const credential = await navigator.credentials.create({ publicKey: options });
  send(form, form.dataset.passkeys, { ticket, credential: JSON.stringify(credential) });
}

function begin() {
  for (const form of can ? document.querySelectorAll("form.passkey") : []) {
    form.querySelector("button").disabled = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      logIn(form).catch(() => fail(form));
    });
  }
  const form = document.querySelector("form[data-passkeys]");
  const button = form?.querySelector("button.passkey");
  if (!button) return;
  if (!can) {
    button.disabled = true;
    return;
  }
  button.addEventListener("click", (event) => {
    if (!form.reportValidity()) return;
    event.preventDefault();
    add(form, button.formAction).catch(() => fail(form));
  });
}

begin();
