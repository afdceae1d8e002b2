import type { HarvestFailures, HarvestSuspects, HarvestWebhooks } from '@thresher/api';
import { bytes, count, moment, plural, sentence } from '@thresher/api/format';
import { askText, Refused } from './api-client.ts';
import { dataTable, tableRow } from './data-table.ts';
import { type Child, fill, h } from './dom.ts';
import { confirmed, type Operator } from './harvest-operator.ts';

/** Details whose content is read when they are opened, and again after something was done. */
export interface LazyDetails {
  readonly root: HTMLDetailsElement;
  readonly summary: HTMLElement;
  reload(): void;
}

function lazyDetails(id: string, load: (into: HTMLElement) => void): LazyDetails {
  const summary = h('summary', {});
  const content = h('div', {});
  const root = h('details', { id }, summary, content);
  const reload = (): void => {
    if (root.open) load(content);
  };
  root.addEventListener('toggle', reload);
  return { root, summary, reload };
}

const at = (source: string): string => `/sources/${encodeURIComponent(source)}`;
const none = (text: string): HTMLElement => h('p', { class: 'quiet' }, text);

type Retry = (label: string, body: object) => HTMLElement;

const first = (shown: number, total: number): string => (shown < total ? `, the first ${count(shown)}` : '');

/** What of a source failed, with the XML of each record and a retry. */
export function failuresOf(source: string, operator: Operator, told: HTMLElement): LazyDetails {
  const send = (body: object): void =>
    operator.act({
      path: `${at(source)}/pages/retry`,
      body,
      told,
      say: ({ pages }) => `${plural(Number(pages), 'page')} of ${source} will be mapped again.`,
      done: () => details.reload(),
    });
  const retry: Retry = (label, body) => h('button', { type: 'button', onclick: () => send(body) }, label);
  const show = (content: HTMLElement, found: HarvestFailures): void =>
    fill(
      content,
      found.quarantined_total + found.pages_total + found.refused_total === 0 &&
        none('Nothing is left that failed: later pages brought these records whole.'),
      found.quarantined_total > 0 && quarantine(content, found, retry),
      found.pages_total > 0 && failedPages(found, retry),
      found.refused_total > 0 && refusedDocuments(found),
    );
  const details = lazyDetails(`failures-${source}`, (content) =>
    operator.read<HarvestFailures>(`${at(source)}/failures`, told, (found) => show(content, found)),
  );
  return details;
}

function quarantine(content: HTMLElement, { source, quarantined, quarantined_total: total }: HarvestFailures, retry: Retry): Child {
  const row = (one: HarvestFailures['quarantined'][number]): HTMLElement =>
    tableRow(one.identifier ?? `page ${one.page}, place ${one.position}`, sentence(one.reason), bytes(one.bytes), moment(one.at), [
      xmlButton(content, source, one),
      ' ',
      retry('Read again', { page: one.page }),
    ]);
  return [
    h('h3', {}, `${plural(total, 'record')} in quarantine${first(quarantined.length, total)}`),
    dataTable('Records in quarantine', ['Record', 'Why', 'Size', 'Since', 'Action'], quarantined.map(row)),
    h('pre', { class: 'raw', hidden: true, tabindex: 0, 'aria-label': 'The record as it came' }),
  ];
}

function failedPages({ pages, pages_total: total }: HarvestFailures, retry: Retry): Child {
  const rows = pages.map(({ page, failure, tries, records }) =>
    tableRow(String(page), sentence(failure), count(tries), count(records), retry('Map again', { page })),
  );
  return [
    h('h3', {}, `${plural(total, 'page')} that could not be mapped${first(pages.length, total)}`),
    dataTable('Pages that could not be mapped', ['Page', 'Why', 'Tries', 'Records', 'Action'], rows),
    retry('Map all of them again', {}),
  ];
}

function refusedDocuments({ refused, refused_total: total }: HarvestFailures): Child {
  const rows = refused.map((one) => tableRow(one.identifier, sentence(one.reason), moment(one.at)));
  return [
    h('h3', {}, `${plural(total, 'document')} refused by Elasticsearch${first(refused.length, total)}`),
    dataTable('Documents refused by Elasticsearch', ['Record', 'Why', 'Since'], rows),
  ];
}

/** What a source sent is shown as text, never as markup. */
function xmlButton(content: HTMLElement, source: string, { page, position }: HarvestFailures['quarantined'][number]): HTMLElement {
  const show = async (): Promise<void> => {
    const box = content.querySelector<HTMLElement>('pre')!;
    try {
      box.textContent = await askText(`/api/harvest${at(source)}/quarantine/${page}/${position}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      box.textContent = error.problem.detail;
    }
    box.hidden = false;
    box.focus();
  };
  return h('button', { type: 'button', onclick: () => void show() }, 'Show XML');
}

/** Records that a complete run no longer listed, to confirm or dismiss. */
export function suspectsOf(source: string, operator: Operator, told: HTMLElement): LazyDetails {
  const settle = (verb: 'confirm' | 'dismiss', identifiers?: readonly string[]) => (): void =>
    operator.act({
      path: `${at(source)}/suspects/${verb}`,
      body: identifiers === undefined ? {} : { identifiers },
      told,
      say: ({ records }) =>
        verb === 'confirm' ? `${plural(Number(records), 'record')} deleted.` : `${plural(Number(records), 'suspect')} dismissed.`,
      done: () => details.reload(),
    });
  const dismiss = (label: string, identifiers?: readonly string[]): HTMLElement =>
    h('button', { type: 'button', onclick: settle('dismiss', identifiers) }, label);
  const details = lazyDetails(`suspects-${source}`, (content) =>
    operator.read<HarvestSuspects>(`${at(source)}/suspects`, told, ({ suspects }) => {
      const held = suspects.filter(({ state }) => state === 'held').length;
      const row = ({ identifier, state, reason, found_at }: HarvestSuspects['suspects'][number], index: number): HTMLElement =>
        tableRow(identifier, state === 'held' ? 'held for you' : 'checked at the source', sentence(reason), moment(found_at), [
          state === 'held' && [confirmed(`confirm-${source}-${index}`, 'Delete', 'Is it gone?', settle('confirm', [identifier])), ' '],
          dismiss('Dismiss', [identifier]),
        ]);
      fill(
        content,
        suspects.length === 0
          ? none('There are no suspects.')
          : dataTable('Suspects', ['Record', 'State', 'Why', 'Since', 'Action'], suspects.map(row)),
        held > 1 && [
          confirmed(`confirm-${source}-all`, `Delete all that are held`, 'Are all of these gone at the source?', settle('confirm')),
          ' ',
          dismiss('Dismiss all that are held'),
        ],
      );
    }),
  );
  return details;
}

/** The webhooks, for the operator. */
export function webhooksOf(operator: Operator, told: HTMLElement): LazyDetails {
  const retry = (id: number): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        onclick: () =>
          operator.act({
            path: `/webhooks/${id}/retry`,
            told,
            say: ({ messages }) => `${plural(Number(messages), 'message')} will be sent again.`,
            done: () => details.reload(),
          }),
      },
      'Send again',
    );
  const row = (one: HarvestWebhooks['webhooks'][number]): HTMLElement => {
    const wanted: Child = [one.types?.join(', ') ?? 'all changes', one.communities && ` of ${one.communities.join(', ')}`];
    const mayRetry = one.failed > 0 || one.disabled !== null;
    return tableRow(
      `${one.id} ${one.origin}`,
      wanted,
      moment(one.sent_until),
      count(one.pending),
      count(one.failed),
      one.disabled ?? 'active',
      mayRetry && retry(one.id),
    );
  };
  const details = lazyDetails('webhooks', (content) =>
    operator.read<HarvestWebhooks>('/webhooks', told, ({ webhooks }) =>
      fill(
        content,
        webhooks.length === 0
          ? none('There are no webhooks: npx thresher webhook add URL')
          : dataTable(
              'Webhooks and their messages',
              ['Webhook', 'Changes', 'Sent until', 'Queued', 'Failed', 'State', 'Action'],
              webhooks.map(row),
            ),
      ),
    ),
  );
  fill(details.summary, 'Webhooks');
  return details;
}
