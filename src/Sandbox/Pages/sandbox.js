'use strict'
const $ = id => document.getElementById(id)
let chosen = null
let last = {}

const call = async (path, body) => {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) })
  const problem = answer.ok ? null : await answer.json().catch(() => null)
  $('notice').textContent = answer.ok ? '' : problem?.detail ?? problem?.title ?? `The sandbox answered ${answer.status}.`
  await refresh()
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

const message = (list, m) => {
  const line = add(list, 'li', '', m.fromMe ? 'mine' : '')
  if (!m.fromMe) add(line, 'small', m.from)
  add(line, 'span', m.revoked ? '(deleted)' : m.text)
  const link = /wa\.me\/\d+\?text=(\S+)/.exec(m.text ?? '')
  if (link && !m.revoked) {
    add(line, 'br', '')
    add(line, 'button', 'Open the private chat').onclick = () => {
      const input = document.querySelector('form[data-chat=bot] input')
      input.value = decodeURIComponent(link[1])
      input.focus()
    }
  }
  add(line, 'small', new Date(m.at).toLocaleTimeString() + (m.edited ? ' · edited' : ''))
}

const refresh = async () => {
  const state = await (await fetch('/api/state')).json()
  last = state
  chosen ??= state.phones[0]?.id
  draw($('tabs'), state.phones.map(p => [p.id, p.name, p.id === chosen]), (tabs, [id, name, pressed]) => {
    const button = add(tabs, 'button', name)
    button.setAttribute('aria-pressed', pressed)
    button.onclick = () => { chosen = id; refresh() }
  })
  const phone = state.phones.find(p => p.id === chosen)
  if (phone) {
    $('owner').textContent = `${phone.name} is ${phone.inGroup ? '' : 'not '}in ${state.group.subject}. Unreadable messages: ${phone.undecryptable}, shown twice: ${phone.duplicates}.`
    $('leave').disabled = !phone.inGroup
    $('join').disabled = phone.inGroup
    draw($('group-log'), phone.group, message, true)
    draw($('bot-log'), phone.bot, message, true)
  }
  $('operator').href = state.bot.operatorPage
  $('session').textContent = state.bot.running ? (state.bot.linked ? 'The bot is linked.' : 'The bot waits to be linked.') : 'The bot is down.'
  $('clock').textContent = `Sandbox clock: ${new Date(state.clock.wall).toLocaleString()} (passed ${state.clock.passed}, jumped ${state.clock.jumped})`
  $('panel-state').textContent = state.panel
  draw($('timeline'), state.timeline, (list, t) => add(list, 'li', `${new Date(t.at).toLocaleTimeString()}  ${t.text}`))
}

document.addEventListener('click', event => {
  const button = event.target.closest('[data-call]')
  if (button) call(button.dataset.call, button.dataset.body ? JSON.parse(button.dataset.body) : {})
})
$('leave').onclick = () => call('/api/group/leave', { member: chosen })
$('join').onclick = () => call('/api/group/join', { member: chosen })
for (const form of document.querySelectorAll('form')) {
  form.onsubmit = event => {
    event.preventDefault()
    const text = form.elements.text.value
    if (text) call(`/api/phones/${chosen}/messages`, { chat: form.dataset.chat, text })
    form.reset()
  }
}
const loop = () => refresh().catch(() => { $('notice').textContent = 'The sandbox does not answer. Is it still running?' }).finally(() => setTimeout(loop, 1000))
loop()
