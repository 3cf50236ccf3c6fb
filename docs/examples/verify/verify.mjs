// Verify a webhook (Standard Webhooks 1.0.0) with what Node.js 18 or newer brings.
// Try it: WEBHOOK_SECRET=whsec_… node verify.mjs ID TIMESTAMP SIGNATURE < body

import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const TOLERANCE = 300; // seconds, either way

// null where the signature is valid, else what is wrong. body: a Buffer of the raw bytes, before any parsing
// (in Express: express.raw({ type: "application/json" })).
export function problem(id, timestamp, signature, body, secrets, now) {
  if (!id || !/^[0-9]{1,11}$/.test(timestamp)) return "webhook-id or webhook-timestamp is missing";
  if (Math.abs(now - Number(timestamp)) > TOLERANCE) return "the timestamp is more than five minutes off";
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  for (const secret of secrets) { // two while a secret is being renewed
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const expected = Buffer.from("v1," + createHmac("sha256", key).update(signed).digest("base64"));
    for (const one of signature.split(" ").map((part) => Buffer.from(part))) {
      if (one.length === expected.length && timingSafeEqual(one, expected)) return null;
    }
  }
  return "no signature fits";
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [id, timestamp, signature] = process.argv.slice(2);
  const secrets = process.env.WEBHOOK_SECRET.split(" ");
  const found = problem(id, timestamp, signature, readFileSync(0), secrets, Date.now() / 1000);
  console.log(found ?? "valid");
  process.exitCode = found ? 1 : 0;
}
