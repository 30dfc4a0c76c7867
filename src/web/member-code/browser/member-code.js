/** Keeps the code on the page fresh; the page is whole without it. */
const ticket = document.querySelector('.ticket');
const qr = document.querySelector('#qr');
const digits = document.querySelector('#digits');
const offline = document.querySelector('#offline');

let timer = 0;
let staleTimer = 0;

/** A code lives half a minute longer than it is shown: then it is better not read out any more. */
function expect(refreshInMs) {
  clearTimeout(timer);
  clearTimeout(staleTimer);
  timer = setTimeout(refresh, refreshInMs + 200);
  staleTimer = setTimeout(() => ticket.classList.add('stale'), refreshInMs + 29_000);
}

async function refresh() {
  clearTimeout(timer);
  try {
    const answer = await fetch('/m/current', { cache: 'no-store', signal: AbortSignal.timeout(8_000) });
    if (answer.status === 401) return location.replace('/m');
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    offline.textContent = offline.dataset.text;
    timer = setTimeout(refresh, 3_000);
  }
}

function show({ code, shown, qr: drawn, refreshInMs }) {
  qr.setAttribute('viewBox', `0 0 ${drawn.size} ${drawn.size}`);
  qr.querySelector('path').setAttribute('d', drawn.path);
  digits.textContent = shown;
  digits.dataset.memberCode = code;
  ticket.classList.remove('stale');
  offline.textContent = '';
  expect(refreshInMs);
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void refresh();
});
expect(Number(ticket.dataset.refreshIn));
