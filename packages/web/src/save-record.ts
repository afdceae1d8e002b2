import { fill, h } from './dom.ts';
import { isSavedIn, MOST_SAVED, readSavedRecords, type SavedRecord, savedExportPath, toggled, writeSavedRecords } from './saved-records.ts';

/** Sent to the window when the list has changed here; `storage` is sent when another page has changed it. */
const CHANGED = 'thresher-saved';

/** A button that saves a record in this browser, or removes it again. */
export function saveButton(record: SavedRecord): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'link' });
  enableSaveButton(button, record);
  return button;
}

/** The same for a button that the server has rendered. */
export function enableSaveButton(button: HTMLButtonElement, record: SavedRecord): void {
  const show = (): void => {
    const isSaved = isSavedIn(readSavedRecords(localStorage), record);
    button.textContent = isSaved ? 'Saved' : 'Save';
    button.setAttribute('aria-pressed', String(isSaved));
    button.setAttribute('aria-label', `Save ${record.title}`);
  };
  const toggle = (): void => {
    const before = readSavedRecords(localStorage);
    const after = toggled(before, record);
    const isWritten = after !== before && writeSavedRecords(localStorage, after);
    if (isWritten) {
      show();
      dispatchEvent(new Event(CHANGED));
    } else {
      button.removeAttribute('aria-label');
      button.textContent = after === before ? `The list is full (${MOST_SAVED})` : 'This browser has no room for it';
    }
  };
  button.addEventListener('click', toggle);
  button.hidden = false;
  show();
}

const FORMATS = [
  ['csv', 'CSV'],
  ['bibtex', 'BibTeX'],
  ['ris', 'RIS'],
  ['csl', 'CSL'],
] as const;

/** The saved records, with files of them. */
export function savedRecordsBox(): HTMLElement {
  const box = h('div', { class: 'saved-records' });
  const draw = (): void => {
    const isOpen = box.querySelector('details')?.open ?? false;
    const list = savedRecordsList(readSavedRecords(localStorage));
    list.open = isOpen;
    fill(box, list);
  };
  draw();
  // Each search makes a new box: an old one stops listening once it has left the page.
  const listening = new AbortController();
  const follow = (): void => (box.isConnected ? draw() : listening.abort());
  addEventListener(CHANGED, follow, { signal: listening.signal });
  addEventListener('storage', follow, { signal: listening.signal });
  return box;
}

function savedRecordsList(saved: readonly SavedRecord[]): HTMLDetailsElement {
  const remove = (record: SavedRecord): void => {
    if (writeSavedRecords(localStorage, toggled(readSavedRecords(localStorage), record))) dispatchEvent(new Event(CHANGED));
  };
  const line = (record: SavedRecord): HTMLElement =>
    h(
      'li',
      {},
      h('a', { href: record.path }, h('bdi', {}, record.title)),
      h('button', { type: 'button', class: 'link quiet', 'aria-label': `Remove ${record.title}`, onclick: () => remove(record) }, 'Remove'),
    );
  return h(
    'details',
    { class: 'export', 'data-fold': 'saved-records' },
    h('summary', {}, `Saved records (${saved.length})`),
    h(
      'p',
      {},
      saved.length === 0 ? 'Save puts a record on this list, which stays in this browser.' : 'The list stays in this browser. As one file:',
    ),
    saved.length > 0 && [
      h(
        'ul',
        { class: 'exports' },
        FORMATS.map(([format, label]) =>
          h(
            'li',
            {},
            h(
              'a',
              { class: 'button', href: savedExportPath(saved, format), download: true, 'aria-label': `Saved records as ${label}` },
              label,
            ),
          ),
        ),
      ),
      h('ul', { class: 'saved' }, saved.map(line)),
    ],
  );
}
