// Passkeys: <form data-passkey="get|create" data-ask="URL"> with a button [data-passkey-go], a hidden field named
// credential and a status line [data-passkey-said] that carries the words (data-failed, data-none).
// The site says what is to be signed; the browser asks for a finger, a face or a PIN; the form carries the answer.

const toBytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};

const toText = (bytes) => {
  const plain = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const listed = (credentials) => credentials?.map((each) => ({ ...each, id: toBytes(each.id) }));

function optionsOf({ publicKey: asked }) {
  const options = { ...asked, challenge: toBytes(asked.challenge) };
  if (asked.user) options.user = { ...asked.user, id: toBytes(asked.user.id) };
  if (asked.allowCredentials) options.allowCredentials = listed(asked.allowCredentials);
  if (asked.excludeCredentials) options.excludeCredentials = listed(asked.excludeCredentials);
  return { publicKey: options };
}

function answerOf(credential) {
  const { response } = credential;
  const told = { clientDataJSON: toText(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) told[part] = toText(response[part]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: told,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function ask(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(form.dataset.ask, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok || answer.redirected) throw new Error("not asked");
  return optionsOf(await answer.json());
}

async function go(form) {
  const said = form.querySelector("[data-passkey-said]");
  const button = form.querySelector("[data-passkey-go]");
  said.textContent = "";
  button.disabled = true;
  try {
    const options = await ask(form);
    const credential = await navigator.credentials[form.dataset.passkey](options);
    form.elements.credential.value = JSON.stringify(answerOf(credential));
    form.submit();
  } catch {
    said.textContent = said.dataset.failed; // given up, timed out, or none here: the browser does not say which
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!globalThis.PublicKeyCredential) {
    form.querySelector("[data-passkey-said]").textContent = form.querySelector("[data-passkey-said]").dataset.none;
    continue;
  }
  const button = form.querySelector("[data-passkey-go]");
  button.hidden = false;
  button.addEventListener("click", () => go(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // Enter in the name field: the same as the button
    go(form);
  });
}
