// The other side of the comparison: npm Baileys and its libsignal, driven by JSON lines, answering in JSON lines.
// usage: node --expose-gc baileys.mjs NODE_MODULES
// It opens no socket and ends with its input. Bytes travel as base64; what is timed excludes that.
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// libsignal prints key material with console.*; only our own lines may leave.
for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir']) console[name] = () => {}

const modules = process.argv[2]
const load = path => import(pathToFileURL(join(modules, path)).href)
const versionOf = name => JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version
const baileys = await load('baileys/lib/index.js')
const { makeLibSignalRepository } = await load('baileys/lib/Signal/libsignal.js')
const { SenderKeyName } = await load('baileys/lib/Signal/Group/sender-key-name.js')
const { makeNoiseHandler } = await load('baileys/lib/Utils/noise-handler.js')
const libsignal = createRequire(join(modules, 'libsignal', 'index.js'))('./index.js')
const pino = (await load('pino/pino.js')).default

const logger = pino({ level: 'silent' })
const bytes = text => Buffer.from(text, 'base64')
const text = buffer => Buffer.from(buffer).toString('base64')
const devices = new Map()

const timed = async work => {
  globalThis.gc?.()
  const begin = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - begin)
}

const same = (one, other) => {
  if (Buffer.compare(Buffer.from(one), other) !== 0) throw new Error('another text came out than went in')
}

// --- Baileys' repository over one of its stores -----------------------------------------------------------------

const memoryKeys = () => {
  const values = new Map()
  return {
    get: async (type, ids) => Object.fromEntries(ids.map(id => [id, values.get(`${type}-${id}`)])),
    set: async data => {
      for (const type in data) for (const id in data[type]) values.set(`${type}-${id}`, data[type][id])
    },
  }
}

async function createDevice({ name, store, folder }) {
  let creds = baileys.initAuthCreds()
  let keys
  if (store === 'memory') keys = memoryKeys()
  else {
    const { state } = await baileys.useMultiFileAuthState(folder)
    creds = state.creds
    keys = store === 'cached files' ? baileys.makeCacheableSignalKeyStore(state.keys, logger) : state.keys
  }
  keys = baileys.addTransactionCapability(keys, logger, { maxCommitRetries: 10, delayBetweenTriesMs: 3000 })
  devices.set(name, { creds, keys, repository: makeLibSignalRepository({ creds, keys }, logger, undefined) })
  return {
    registrationId: creds.registrationId,
    identity: text(creds.signedIdentityKey.public),
    signedId: creds.signedPreKey.keyId,
    signedKey: text(creds.signedPreKey.keyPair.public),
    signature: text(creds.signedPreKey.signature),
  }
}

async function addPreKeys({ name, count }) {
  const made = {}
  for (let id = 1; id <= count; id++) made[id] = baileys.Curve.generateKeyPair()
  await devices.get(name).keys.set({ 'pre-key': made })
  return { keys: Object.entries(made).map(([id, pair]) => ({ id: Number(id), key: text(pair.public) })) }
}

// One loop a peer at a time: so many peers are in flight, and each sees its messages in order.
async function encrypt({ name, peers, count, data, inTurn, keepAll }) {
  const { repository } = devices.get(name)
  const plain = bytes(data)
  const written = peers.map(() => [])
  const one = async index => {
    const { type, ciphertext } = await repository.encryptMessage({ jid: peers[index], data: plain })
    written[index].push({ jid: peers[index], type, body: ciphertext })
  }
  const ns = await timed(() => inTurn
    ? (async () => { for (let n = 0; n < count; n++) await one(n % peers.length) })()
    : Promise.all(peers.map(async (_, index) => { for (let n = 0; n < count / peers.length; n++) await one(index) })))
  const kept = keepAll ? written.flat() : written.map(list => list.at(-1)).filter(Boolean)
  return { ns, count, messages: kept.map(message => ({ ...message, body: text(message.body) })) }
}

async function decrypt({ name, messages, data, inTurn }) {
  const { repository } = devices.get(name)
  const plain = bytes(data)
  const parsed = messages.map(message => ({ ...message, body: bytes(message.body) }))
  const one = async ({ jid, type, body }) => same(await repository.decryptMessage({ jid, type, ciphertext: body }), plain)
  const byPeer = Map.groupBy?.(parsed, message => message.jid) ?? parsed.reduce(
    (map, message) => map.set(message.jid, [...(map.get(message.jid) ?? []), message]), new Map())
  const ns = await timed(() => inTurn
    ? (async () => { for (const message of parsed) await one(message) })()
    : Promise.all([...byPeer.values()].map(async list => { for (const message of list) await one(message) })))
  return { ns, count: messages.length }
}

// --- libsignal alone, records kept as objects in memory: its best case ------------------------------------------------

function party() {
  const identity = libsignal.keyhelper.generateIdentityKeyPair()
  const signed = libsignal.keyhelper.generateSignedPreKey(identity, 1)
  const preKey = libsignal.keyhelper.generatePreKey(1)
  const sessions = new Map()
  const registrationId = libsignal.keyhelper.generateRegistrationId()
  return {
    sessions,
    bundle: {
      registrationId,
      identityKey: identity.pubKey,
      signedPreKey: { keyId: 1, publicKey: signed.keyPair.pubKey, signature: signed.signature },
      preKey: { keyId: 1, publicKey: preKey.keyPair.pubKey },
    },
    loadSession: async id => sessions.get(id),
    storeSession: async (id, record) => { sessions.set(id, record) },
    isTrustedIdentity: async () => true,
    getOurIdentity: async () => identity,
    getOurRegistrationId: async () => registrationId,
    loadPreKey: async () => preKey.keyPair,
    removePreKey: async () => {},
    loadSignedPreKey: async () => signed.keyPair,
  }
}

const addressOf = number => new libsignal.ProtocolAddress(`peer${number}`, 1)
const [setUpParty, alice, bob] = [party(), party(), party()]
let ratchetReady = false

async function pass(from, to, plain) {
  const written = await new libsignal.SessionCipher(from, addressOf(0)).encrypt(plain)
  const cipher = new libsignal.SessionCipher(to, addressOf(0))
  const body = Buffer.from(written.body, 'binary')
  same(await (written.type === 3 ? cipher.decryptPreKeyWhisperMessage(body) : cipher.decryptWhisperMessage(body)), plain)
}

async function ratchet({ count, data }) {
  const plain = bytes(data)
  if (!ratchetReady) {
    await new libsignal.SessionBuilder(alice, addressOf(0)).initOutgoing(bob.bundle)
    ratchetReady = true
  }
  const ns = await timed(async () => {
    for (let turn = 0; turn < count; turn += 2) {
      await pass(alice, bob, plain)
      await pass(bob, alice, plain)
    }
  })
  return { ns, count }
}

const setUpBundle = () => ({
  registrationId: setUpParty.bundle.registrationId,
  identity: text(setUpParty.bundle.identityKey.subarray(1)),
  signedId: 1,
  signedKey: text(setUpParty.bundle.signedPreKey.publicKey.subarray(1)),
  signature: text(setUpParty.bundle.signedPreKey.signature),
  preKeyId: 1,
  preKey: text(setUpParty.bundle.preKey.publicKey.subarray(1)),
})

async function setUpOut({ bundle, count, data }) {
  const plain = bytes(data)
  const key = value => Buffer.concat([Buffer.from([5]), bytes(value)])
  const device = {
    registrationId: bundle.registrationId,
    identityKey: key(bundle.identity),
    signedPreKey: { keyId: bundle.signedId, publicKey: key(bundle.signedKey), signature: bytes(bundle.signature) },
    preKey: { keyId: bundle.preKeyId, publicKey: key(bundle.preKey) },
  }
  const written = []
  setUpParty.sessions.clear()
  const ns = await timed(async () => {
    for (let number = 0; number < count; number++) {
      await new libsignal.SessionBuilder(setUpParty, addressOf(number)).initOutgoing(device)
      written.push(await new libsignal.SessionCipher(setUpParty, addressOf(number)).encrypt(plain))
    }
  })
  return { ns, count, messages: written.map(({ body }) => Buffer.from(body, 'binary').toString('base64')) }
}

async function setUpIn({ messages, data }) {
  const plain = bytes(data)
  const parsed = messages.map(bytes)
  setUpParty.sessions.clear()
  const ns = await timed(async () => {
    for (let number = 0; number < parsed.length; number++) {
      same(await new libsignal.SessionCipher(setUpParty, addressOf(number)).decryptPreKeyWhisperMessage(parsed[number]), plain)
    }
  })
  return { ns, count: parsed.length }
}

// --- sender keys ------------------------------------------------------------------------------------------------------

// A key of some age as its sender keeps it: every second iteration was skipped and its key kept, 2,000 at most.
async function ageGroupKey({ name, group, me, iteration }) {
  const { repository, keys } = devices.get(name)
  const first = await repository.encryptGroupMessage({ group, meId: me, data: Buffer.from('first') })
  const { user, device } = baileys.jidDecode(me)
  const id = new SenderKeyName(group, new libsignal.ProtocolAddress(`${user}_1`, device ?? 0)).toString()
  const { [id]: stored } = await keys.get('sender-key', [id])
  const states = JSON.parse(Buffer.from(stored).toString('utf8'))
  const state = states.at(-1)
  const like = value => (typeof value === 'string' ? value : JSON.parse(JSON.stringify(value)))
  const count = Math.min(Math.floor(iteration / 2), 2000)
  state.senderMessageKeys = Array.from({ length: count }, (_, n) => ({ iteration: iteration - 2 * (count - n) + 1, seed: like(state.senderChainKey.seed) }))
  state.senderChainKey.iteration = iteration
  await keys.set({ 'sender-key': { [id]: Buffer.from(JSON.stringify(states), 'utf8') } })
  const { senderKeyDistributionMessage } = await repository.encryptGroupMessage({ group, meId: me, data: Buffer.from('second') })
  return { distribution: text(senderKeyDistributionMessage), first: text(first.ciphertext) }
}

async function groupEncrypt({ name, group, me, count, data }) {
  const { repository } = devices.get(name)
  const plain = bytes(data)
  let last
  const ns = await timed(async () => {
    for (let n = 0; n < count; n++) last = await repository.encryptGroupMessage({ group, meId: me, data: plain })
  })
  return { ns, count, last: text(last.ciphertext) }
}

async function learnGroupKey({ name, group, author, distribution }) {
  await devices.get(name).repository.processSenderKeyDistributionMessage({
    item: { groupId: group, axolotlSenderKeyDistributionMessage: bytes(distribution) },
    authorJid: author,
  })
  return {}
}

async function groupDecrypt({ name, group, author, messages, data }) {
  const { repository } = devices.get(name)
  const plain = bytes(data)
  const parsed = messages.map(bytes)
  const ns = await timed(async () => {
    for (const msg of parsed) same(await repository.decryptGroupMessage({ group, authorJid: author, msg }), plain)
  })
  return { ns, count: parsed.length }
}

// --- stanzas and frames -----------------------------------------------------------------------------------------------

const revive = ({ tag, attrs, content }) => ({
  tag,
  attrs: attrs ?? {},
  content: Array.isArray(content) ? content.map(revive) : content === null || content === undefined ? undefined : bytes(content),
})
const plainNode = ({ tag, attrs, content }) => ({
  tag,
  attrs,
  content: Array.isArray(content) ? content.map(plainNode) : content === undefined ? null : text(content),
})

async function nodeEncode({ node, count }) {
  const revived = revive(node)
  let encoded
  const ns = await timed(() => { for (let n = 0; n < count; n++) encoded = baileys.encodeBinaryNode(revived) })
  return { ns, count, encoded: text(encoded) }
}

async function nodeDecode({ encoded, count }) {
  const buffer = bytes(encoded)
  let node
  const ns = await timed(async () => { for (let n = 0; n < count; n++) node = await baileys.decodeBinaryNode(buffer) })
  return { ns, count, node: plainNode(node) }
}

async function framesIn({ frames, id }) {
  const all = bytes(frames)
  const parts = []
  for (let at = 0; at < all.length;) {
    const size = 3 + ((all[at] << 16) | (all[at + 1] << 8) | all[at + 2])
    parts.push(all.subarray(at, at + size))
    at += size
  }
  const pair = baileys.Curve.generateKeyPair()
  const noise = makeNoiseHandler({ keyPair: pair, NOISE_HEADER: baileys.NOISE_WA_HEADER, logger })
  await noise.finishInit()
  let seen = 0
  const ns = await timed(async () => {
    for (const part of parts) await noise.decodeFrame(part, node => { if (node.tag === 'ack' && node.attrs.id === id) seen++ })
  })
  if (seen !== parts.length) throw new Error('frames were lost')
  return { ns, count: parts.length }
}

// ----------------------------------------------------------------------------------------------------------------------

const operations = {
  hello: () => ({ node: process.version, baileys: versionOf('baileys'), libsignal: versionOf('libsignal') }),
  createDevice, addPreKeys, encrypt, decrypt, ratchet, setUpBundle, setUpOut, setUpIn,
  ageGroupKey, groupEncrypt, learnGroupKey, groupDecrypt, nodeEncode, nodeDecode, framesIn,
  inject: async ({ name, jid, bundle }) => {
    const key = value => Buffer.concat([Buffer.from([5]), bytes(value)])
    await devices.get(name).repository.injectE2ESession({
      jid,
      session: {
        registrationId: bundle.registrationId,
        identityKey: key(bundle.identity),
        signedPreKey: { keyId: bundle.signedId, publicKey: key(bundle.signedKey), signature: bytes(bundle.signature) },
        preKey: { keyId: bundle.preKeyId, publicKey: key(bundle.preKey) },
      },
    })
    return {}
  },
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let answer
  try {
    const request = JSON.parse(line)
    answer = await operations[request.op](request)
  } catch (fault) {
    answer = { fault: String(fault?.stack ?? fault) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
process.exit(0)
