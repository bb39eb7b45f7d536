import { explain, type Message } from './messages.ts';

/** Tells the visitor of an error. `name`: of what could not be used, as a sentence begins with it. */
export function complain(error: unknown, name: string): void {
  notify(explain(error, name));
}

/** Shows a message in place of the one before. */
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
  box.append(text, details, close);
  document.getElementById('alert')?.replaceChildren(box);
}
