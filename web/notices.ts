import { explain, type Message } from './messages.ts';

/** Tells the visitor of an error. `name`: of what could not be used, as a sentence begins with it. */
export function complain(error: unknown, name: string): void {
  notify(explain(error, name));
}

/** How long a message stays, in milliseconds: unless someone looks at it, or reads its details. */
const STAYS = 12_000;

/** Shows a message in place of the one before. It goes by itself. */
export function notify({ sentence, detail }: Message): void {
  const box = document.createElement('div');
  box.className = 'notice';
  const text = document.createElement('p');
  text.textContent = sentence;
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = 'In detail';
  const exact = document.createElement('p');
  exact.textContent = detail;
  details.append(summary, exact);
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = 'Close';
  // The keyboard goes on where it was.
  const before = document.activeElement;
  close.addEventListener('click', () => {
    box.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  const leave = (): void => {
    if (box.matches(':hover, :focus-within') || details.open) setTimeout(leave, STAYS);
    else box.remove();
  };
  setTimeout(leave, STAYS);
  box.append(text, details, close);
  document.getElementById('alert')?.replaceChildren(box);
}
