import { valueForm } from '../text-forms.ts';

/** A type of Zenodo, a subtype, or both. */
export interface TypeName {
  readonly type: string | null;
  readonly name: string;
}

const TYPES: ReadonlySet<string> = new Set(
  'publication poster presentation dataset image video audio software lesson physicalobject event model workflow other'.split(' '),
);

/** Other names, in lower case and without signs: old and display names of Zenodo, general types of DataCite. */
const ALSO: Readonly<Record<string, string>> = {
  journalarticle: 'article',
  thesis: 'dissertation',
  bookchapter: 'section',
  booksection: 'section',
  outputmanagementplan: 'datamanagementplan',
  conferenceproceedings: 'conferenceproceeding',
  projectdeliverable: 'deliverable',
  projectmilestone: 'milestone',
  videoaudio: 'video',
  audiovisual: 'video',
  sound: 'audio',
  interactiveresource: 'lesson',
};

/**
 * Reads a resource type in any of its spellings: `article`, `Journal article`, `publication-article`, `thesis`,
 * `publication::publication-thesis`, `publication+inner:publication-thesis` (Zenodo's search page), `PhysicalObject`.
 */
export function readTypeName(text: string): TypeName {
  const last = valueForm(text)
    .split(/::|[+ ]inner:/)
    .at(-1)!
    .trim()
    .toLowerCase();
  const [, type = null, rest = last] = /^(publication|image|software)-(.+)$/.exec(last) ?? [];
  const squeezed = rest.replace(/[^\p{L}\p{N}]/gu, '');
  return { type, name: ALSO[squeezed] ?? squeezed };
}

/** Whether that is one of Zenodo's types, not a subtype. */
export function isType(name: string): boolean {
  return TYPES.has(name);
}
