// One real Baileys client, driven by JSON lines on standard input and answering in JSON lines on standard output.
// usage: node peer.mjs WEBSOCKET_URL AUTH_FOLDER
// It ends with its input. Addresses outside this machine are refused.
import { createInterface } from 'node:readline'
import makeWASocket, { Browsers, DisconnectReason, WA_CERT_DETAILS, useMultiFileAuthState } from 'baileys'
import pino from 'pino'

const [url, folder, rootHex] = process.argv.slice(2)
if (!['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname)) {
  process.stderr.write('The peer talks to this machine only.\n')
  process.exit(2)
}

// libsignal prints key material with console.*; only our own lines may leave.
for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir']) console[name] = () => {}
const tell = (ev, data = {}) => process.stdout.write(JSON.stringify({ ev, ...data }) + '\n')

if (rootHex && WA_CERT_DETAILS?.PUBLIC_KEY) Buffer.from(rootHex, 'hex').copy(WA_CERT_DETAILS.PUBLIC_KEY)

// What was sent, by id: asked for when the other side could not read it, at times before the sending has returned.
const sent = new Map()
const keep = id => {
  if (!sent.has(id)) {
    let settle
    const message = new Promise(resolve => (settle = resolve))
    sent.set(id, { message, settle })
  }
  return sent.get(id)
}

let sock
let stopping = false

const textOf = message => message?.conversation ?? message?.extendedTextMessage?.text ?? null

async function connect() {
  const { state, saveCreds } = await useMultiFileAuthState(folder)
  sock = makeWASocket({
    auth: state,
    waWebSocketUrl: url,
    logger: pino({ level: process.env.PEER_LOG ?? 'silent' }, pino.destination(2)),
    browser: Browsers.ubuntu('Chrome'),
    connectTimeoutMs: 10_000,
    defaultQueryTimeoutMs: 10_000,
    keepAliveIntervalMs: 20_000,
    markOnlineOnConnect: false,
    syncFullHistory: false,
    generateHighQualityLinkPreview: false,
    getMessage: key => keep(key.id).message,
  })
  sock.ev.on('creds.update', saveCreds)
  sock.ev.on('connection.update', async update => {
    if (update.qr) tell('qr', { qr: update.qr })
    if (update.receivedPendingNotifications) tell('drained')
    if (update.connection === 'open') tell('open', { me: sock.authState.creds.me })
    if (update.connection === 'close') {
      await saveCreds()
      const code = update.lastDisconnect?.error?.output?.statusCode ?? 0
      tell('close', { code })
      if (code === DisconnectReason.restartRequired && !stopping) await connect()
    }
  })
  sock.ev.on('messages.upsert', ({ messages, type }) => {
    for (const m of messages) {
      tell('message', {
        id: m.key.id, chat: m.key.remoteJid, participant: m.key.participant ?? null, fromMe: !!m.key.fromMe,
        text: textOf(m.message), stub: m.messageStubType ?? null, live: type === 'notify',
      })
    }
  })
  sock.ev.on('messages.update', updates => {
    for (const u of updates) {
      tell('update', { id: u.key.id, status: u.update.status ?? null, text: textOf(u.update.message), stub: u.update.messageStubType ?? null })
    }
  })
  sock.ev.on('group-participants.update', u => tell('participants', { group: u.id, action: u.action, participants: u.participants }))
}

const commands = {
  async connect() {
    await connect()
  },
  async code({ phone }) {
    return { code: await sock.requestPairingCode(phone) }
  },
  async send({ to, text }) {
    const message = await sock.sendMessage(to, { text })
    keep(message.key.id).settle(message.message)
    return { id: message.key.id }
  },
  async group({ group }) {
    const metadata = await sock.groupMetadata(group)
    return { subject: metadata.subject, mode: metadata.addressingMode ?? null, members: metadata.participants.map(p => p.id) }
  },
  // Tries to read a sender-key message with the keys this client holds; says whether it could. The keys stay as they were.
  async readGroup({ group, author, hex }) {
    const { keys } = sock.authState
    const [user, server] = author.split('@')
    const [name, device = '0'] = user.split(':')
    const id = `${group}::${server === 'lid' ? `${name}_1` : name}::${device}`
    const now = (await keys.get('sender-key', [id]))[id]
    if (!now) return { readable: false, keys: false }
    const held = Buffer.from(now)
    try {
      const plain = await sock.signalRepository.decryptGroupMessage({ group, authorJid: author, msg: Buffer.from(hex, 'hex') })
      return { readable: true, keys: true, length: plain.length }
    } catch (error) {
      return { readable: false, keys: true, why: String(error?.message ?? error) }
    } finally {
      await keys.set({ 'sender-key': { [id]: held } })
    }
  },
  // Loses its session with a device, as a client does that was restored from an old copy.
  async forget({ device }) {
    const [user, server] = device.split('@')
    const [name, number = '0'] = user.split(':')
    const id = `${server === 'lid' ? `${name}_1` : name}.${number}`
    const had = !!(await sock.authState.keys.get('session', [id]))[id]
    await sock.authState.keys.set({ session: { [id]: null } })
    return { had }
  },
  async leave({ group }) {
    await sock.groupLeave(group)
    return {}
  },
  async invite({ group }) {
    return { code: await sock.groupInviteCode(group) }
  },
  async join({ code }) {
    return { group: await sock.groupAcceptInvite(code) }
  },
  async drop() {
    sock.ws.close()
    return {}
  },
}

createInterface({ input: process.stdin })
  .on('line', async line => {
    const { n, cmd, ...rest } = JSON.parse(line)
    try {
      tell('answer', { n, ok: true, ...(await commands[cmd](rest)) })
    } catch (error) {
      tell('answer', { n, ok: false, error: String(error?.message ?? error) })
    }
  })
  .on('close', () => {
    stopping = true
    process.exit(0)
  })

process.on('uncaughtException', error => tell('fault', { error: String(error?.message ?? error) }))
process.on('unhandledRejection', error => tell('fault', { error: String(error?.message ?? error) }))
