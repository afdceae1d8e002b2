import { sentence } from '@thresher/api/format';
import { ask, askWith, Refused } from './api-client.ts';
import { fill, h } from './dom.ts';

/** What the operator does from the page, with the key that the API asks for. */
export interface Operator {
  /** The form for the key; it shows itself when the API wants one. */
  readonly form: HTMLElement;
  /** Sends an action. `told` gets what became of it; `done` is called if it succeeded. */
  act(action: Action): void;
  /** Reads something that only the operator may. Null if the API refuses; then `told` has said why. */
  read<T>(path: string, told: HTMLElement, then: (value: T) => void): void;
}

export interface Action {
  /** Below `/api/harvest`. */
  readonly path: string;
  readonly body?: object;
  /** A live region. */
  readonly told: HTMLElement;
  /** The message after a success, from the answer. */
  readonly say: (answer: Readonly<Record<string, unknown>>) => string;
  readonly done?: () => void;
}

/** The key stays in the memory of this page only. */
export function createOperator(after: () => void): Operator {
  let key = '';
  let again: (() => void) | null = null;
  const input = h('input', { type: 'password', name: 'key', autocomplete: 'off', required: true });
  const form = h(
    'form',
    { class: 'operator', hidden: true, 'aria-label': 'Admin key' },
    h('p', {}, 'Acting needs the admin key of this installation (ADMIN_KEY). It stays in this page.'),
    h('label', {}, 'Admin key ', input),
    h('button', { class: 'primary' }, 'Use this key'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    key = input.value;
    form.hidden = true;
    again?.();
  });

  /** Sends something, and again once the key is there. */
  async function tried(told: HTMLElement, send: () => Promise<void>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fill(told, sentence(error.problem.detail));
      if (error.problem.status !== 401) return;
      again = () => void tried(told, send);
      form.hidden = false;
      input.value = '';
      input.focus();
    }
  }

  return {
    form,
    act({ path, body = {}, told, say, done }) {
      fill(told, 'Sending …');
      void tried(told, async () => {
        const reply = await askWith(`/api/harvest${path}`, body, key, new AbortController().signal);
        fill(told, say((await reply.json()) as Record<string, unknown>));
        done?.();
        after();
      });
    },
    read<T>(path: string, told: HTMLElement, then: (value: T) => void) {
      void tried(told, async () => then((await ask<T>(`/api/harvest${path}`, undefined, key)).value));
    },
  };
}

/** A button for an action that cannot be undone. A click replaces it by a question, and the answer starts the action. */
export function confirmed(id: string, label: string, question: string, act: () => void): HTMLElement {
  const place = h('span', { class: 'confirmed' });
  const button = (text: string, name: string, onclick: () => void): HTMLElement =>
    h('button', { type: 'button', id: `${id}-${name}`, onclick }, text);
  const rest = (): void => fill(place, button(label, 'ask', asking));
  const asking = (): void => {
    const back = (): void => {
      rest();
      place.querySelector('button')?.focus();
    };
    const yes = button(`Yes, ${label.charAt(0).toLowerCase()}${label.slice(1)}`, 'yes', () => {
      back();
      act();
    });
    fill(place, h('span', {}, question), ' ', yes, ' ', button('No', 'no', back));
    yes.focus();
  };
  rest();
  return place;
}
