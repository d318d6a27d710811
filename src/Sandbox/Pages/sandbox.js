'use strict'
const $ = id => document.getElementById(id)
let chosen = null
let hideNotice = 0

const say = (text, good) => {
  $('notice').textContent = text
  $('notice').className = good ? 'good' : ''
  clearTimeout(hideNotice)
  if (text) hideNotice = setTimeout(() => { $('notice').textContent = '' }, good ? 2500 : 8000)
}

// Returns whether the sandbox took it; what it refused is said, whatever the reason.
const call = async (path, body, done) => {
  try {
    const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) })
    const problem = answer.ok ? null : await answer.json().catch(() => null)
    say(answer.ok ? done ?? '' : problem?.detail ?? problem?.title ?? `The sandbox answered ${answer.status}.`, answer.ok)
    await refresh()
    return answer.ok
  } catch {
    say('The sandbox does not answer. Is it still running?')
    return false
  }
}

const add = (parent, tag, text, name) => {
  const element = document.createElement(tag)
  element.textContent = text
  if (name) element.className = name
  parent.append(element)
  return element
}

// Redraws a list only when it changed, and keeps it at its end unless someone has scrolled up.
const draw = (list, items, make, stick) => {
  const print = JSON.stringify(items)
  if (list.dataset.print === print) return
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  list.dataset.print = print
  list.replaceChildren()
  for (const item of items) make(list, item)
  if (stick && atEnd) list.scrollTop = list.scrollHeight
}

// *bold* and `mono`, as the real app shows them.
const formatted = (parent, text) => {
  for (const part of text.split(/(\*[^*\n]+\*|`[^`\n]+`)/)) {
    if (part.length > 2 && part[0] === '*' && part.at(-1) === '*') add(parent, 'strong', part.slice(1, -1))
    else if (part.length > 2 && part[0] === '`' && part.at(-1) === '`') add(parent, 'code', part.slice(1, -1))
    else parent.append(part)
  }
}

const message = (list, m) => {
  if (m.empty) return add(list, 'li', m.empty, 'empty')
  const line = add(list, 'li', '', m.fromMe ? 'mine' : '')
  if (!m.fromMe) add(line, 'small', m.from)
  const body = add(line, 'span', m.revoked ? '(deleted)' : '')
  if (!m.revoked) formatted(body, m.text ?? '')
  const link = /wa\.me\/\d+\?text=(\S+)/.exec(m.text ?? '')
  if (link && !m.revoked) {
    add(line, 'br', '')
    add(line, 'button', 'Open the private chat').onclick = () => {
      const input = document.querySelector('form[data-chat=bot] input')
      input.value = decodeURIComponent(link[1])
      $('private').scrollIntoView({ block: 'center' })
      input.focus({ preventScroll: true })
      say('Press Send in the private chat.', true)
    }
  }
  add(line, 'small', new Date(m.at).toLocaleTimeString() + (m.edited ? ' · edited' : ''))
}

const session = bot => {
  if (!bot.running) return ['The bot is down.', 'bad']
  if (bot.connected) return ['The bot is linked and connected.', 'good']
  if (bot.qrOffered) return ['The bot is up and waits to be linked: scan its QR.', '']
  if (bot.linked) return ['The bot is linked and connects…', '']
  return bot.linked === null ? ['The bot is up, at an external service.', ''] : ['The bot is starting…', '']
}

const phoneState = (phone, subject) =>
  `${phone.name} is ${phone.inGroup ? 'in' : 'not in'} the group ${subject}.` +
  (phone.undecryptable ? ` Messages it could not read: ${phone.undecryptable}.` : '') +
  (phone.duplicates ? ` Messages that came twice: ${phone.duplicates}.` : '')

const empty = (messages, text) => messages.length ? messages : [{ empty: text }]

const refresh = async () => {
  const state = await (await fetch('/api/state')).json()
  chosen ??= state.phones[0]?.id
  draw($('tabs'), state.phones.map(p => [p.id, p.name, p.id === chosen, p.inGroup]), (tabs, [id, name, pressed, inGroup]) => {
    const button = add(tabs, 'button', inGroup ? name : `${name} (not in the group)`)
    button.setAttribute('aria-pressed', pressed)
    button.onclick = () => { chosen = id; refresh() }
  })
  const phone = state.phones.find(p => p.id === chosen)
  if (phone) {
    $('owner').textContent = phoneState(phone, state.group.subject)
    $('leave').disabled = !phone.inGroup
    $('join').disabled = phone.inGroup
    draw($('group-log'), empty(phone.group, phone.inGroup ? 'Nothing yet. Write !claim.' : 'Who is not in the group reads nothing here.'), message, true)
    draw($('bot-log'), empty(phone.bot, 'Nothing yet. The bot never writes first.'), message, true)
  }
  const [text, name] = session(state.bot)
  if ($('session').textContent !== text) $('session').textContent = text
  $('session').className = name
  $('scan').disabled = !state.bot.qrOffered
  $('kill').disabled = $('down').disabled = !state.bot.running
  $('start').disabled = state.bot.running
  $('link').hidden = !state.link
  if (state.link) {
    $('number').textContent = state.link.number
    $('passkey-state').textContent = state.link.wantsPasskey ? 'The account is linked only with its passkey.' : 'The account is linked without a passkey.'
    $('want').setAttribute('aria-pressed', state.link.wantsPasskey)
    $('unwant').setAttribute('aria-pressed', !state.link.wantsPasskey)
    $('compare').hidden = !state.link.shownCode
    $('compare').querySelector('strong').textContent = state.link.shownCode ?? ''
  }
  $('clock').textContent = `The sandbox's clock shows ${new Date(state.clock.wall).toLocaleString()}. Let pass: ${state.clock.passed}; jumped: ${state.clock.jumped}.`
  $('panel-state').textContent = state.panel
  draw($('servers'), (state.servers ?? []).map(s => `${s.name ?? 'somebody'}'s server: ${s.status ?? (s.running ? 'running' : 'stopped')}`), (list, line) => add(list, 'li', line))
  for (const button of $('panel-switches').children) button.setAttribute('aria-pressed', button.dataset.fault === (state.panelFault ?? ''))
  draw($('timeline'), state.timeline, (list, t) => {
    const line = add(list, 'li', '')
    add(line, 'small', `${new Date(t.at).toLocaleTimeString()} ${t.source} · `)
    line.append(t.text)
  })
}

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-call]')
  if (!button) return
  button.disabled = true
  await call(button.dataset.call, button.dataset.body ? JSON.parse(button.dataset.body) : {}, `${button.textContent}: done.`)
  button.disabled = false
  await refresh().catch(() => {})
})
$('leave').onclick = () => call('/api/group/leave', { member: chosen })
$('join').onclick = () => call('/api/group/join', { member: chosen })
$('sign').onclick = async () => {
  const answer = await fetch('/api/link/sign', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).catch(() => null)
  const body = await answer?.json().catch(() => null)
  if (!answer?.ok) return say(body?.detail ?? 'The sandbox does not answer. Is it still running?')
  $('signed').hidden = false
  $('signed').querySelector('textarea').value = body.answer
  $('signed').querySelector('textarea').select()
  say('Signed: paste it on the operator page.', true)
}
document.querySelector('form[data-link=code]').onsubmit = async event => {
  event.preventDefault()
  const input = event.target.elements.code
  if (input.value && await call('/api/link/code', { code: input.value }, 'Linked.')) input.value = ''
}
document.querySelector('form[data-link=fault]').onsubmit = event => {
  event.preventDefault()
  call('/api/link/fault', { kind: event.target.elements.kind.value }, 'It will.')
}
for (const form of document.querySelectorAll('form[data-chat]')) {
  form.onsubmit = async event => {
    event.preventDefault()
    const input = form.elements.text
    const text = input.value
    if (!text) return
    input.value = ''
    if (!await call(`/api/phones/${chosen}/messages`, { chat: form.dataset.chat, text })) input.value ||= text
  }
}
const loop = () => refresh().catch(() => say('The sandbox does not answer. Is it still running?')).finally(() => setTimeout(loop, 1000))
loop()
