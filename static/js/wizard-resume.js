// Opened by its QR picture: the code stands behind the #, which no browser sends. It is put into the field and taken out of
// the address; pressing the button stays with the person.

const field = document.querySelector("[name=code]");
const code = decodeURIComponent(location.hash.slice(1));

if (field && code) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
}
