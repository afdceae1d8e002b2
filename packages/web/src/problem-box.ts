import type { Problem } from '@thresher/api';
import { sentence } from '@thresher/api/format';
import { h, icon } from './dom.ts';

/** A refusal of the API, in its own words. Trying again is offered where it may help. `heading` is `h1` where nothing else is on the page. */
export function problemBox(problem: Problem, again: () => void, heading: 'h1' | 'h2' = 'h2'): HTMLElement {
  const mayPass = problem.status === 0 || problem.status >= 500;
  return h(
    'div',
    { class: 'problem', role: 'alert' },
    icon('warning'),
    h(
      'div',
      {},
      h(heading, {}, problem.title),
      h('p', {}, sentence(problem.detail)),
      mayPass && h('button', { type: 'button', onclick: again }, 'Try again'),
      mayPass && problem.request_id !== '' && h('p', { class: 'quiet mono' }, `request ${problem.request_id}`),
    ),
  );
}
