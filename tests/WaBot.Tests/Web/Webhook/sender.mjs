// A small foreign sender, written from docs/webhook.md alone.
//   node sender.mjs sign SECRET TIMESTAMP BODY          prints the signature
//   node sender.mjs send URL SECRET EVENT GROUP MEMBER  sends one hint and prints the status and the result
import { createHmac, randomBytes } from 'node:crypto';

const sign = (secret, timestamp, body) => createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');

const [command, ...rest] = process.argv.slice(2);
if (command === 'sign') {
  console.log(sign(...rest));
} else {
  const [url, secret, event, group, member] = rest;
  const body = JSON.stringify({ nonce: randomBytes(16).toString('hex'), event, group, member, seenBy: 'an example' });
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-timestamp': timestamp, 'x-signature': sign(secret, timestamp, body) },
    body,
  });
  console.log(answer.status, (await answer.json()).result);
}
