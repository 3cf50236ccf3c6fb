// Reads {"acts": [...]} from standard input and says for each act what the official JavaScript library does with it.
const { Webhook } = require("standardwebhooks");

const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

function done(act) {
  try {
    const library = new Webhook(act.secret);
    if (act.act === "sign") return library.sign(act.id, new Date(act.seconds * 1000), act.body);
    library.verify(act.body, act.headers, { jsonParse: false });
    return "valid";
  } catch (error) {
    return `refused: ${error.message}`;
  }
}

process.stdout.write(JSON.stringify(given.acts.map(done)));
