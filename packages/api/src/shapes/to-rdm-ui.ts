import { htmlToText, type RecordMetadata } from '@thresher/datacite';
import { titleOfTerm } from '../terms/fixed-terms.ts';

interface Shape {
  readonly created: string | null;
  readonly updated: string | null;
  readonly custom_fields: object;
  readonly access: { readonly status: string | null; readonly embargo: { readonly until?: string } };
  readonly metadata: {
    readonly resource_type?: { readonly id?: string; readonly title?: { readonly en: string } };
    readonly creators?: readonly ShapedPerson[];
    readonly contributors?: readonly ShapedPerson[];
    readonly rights?: readonly object[];
    readonly languages?: readonly { readonly id: string; readonly title?: { readonly en: string } }[];
    readonly description?: string;
    readonly version?: string;
  };
}

interface ShapedPerson {
  readonly person_or_org: object;
  readonly affiliations: readonly { readonly id?: string; readonly name?: string }[];
  readonly role?: { readonly id: string; readonly title?: { readonly en: string } };
}

const ACCESS: Readonly<Record<string, readonly [title: string, description: string, icon: string]>> = {
  open: ['Open', 'The record and files are publicly accessible.', 'unlock'],
  embargoed: ['Embargoed', 'The files will be made publicly available later.', 'outline clock'],
  restricted: ['Restricted', 'The record is publicly accessible, but files are restricted.', 'ban'],
  'metadata-only': ['Metadata-only', 'No files are available for this record.', 'tag'],
};

/** The member `ui` of InvenioRDM's JSON: what its pages show, in English. Pure. */
export function toRdmUi({ created, updated, custom_fields, access, metadata }: Shape, source: RecordMetadata | null) {
  const { resource_type: type, version, description } = metadata;
  const [title, text, icon] = ACCESS[access.status ?? ''] ?? [null, null, null];
  return {
    publication_date_l10n_medium: dateText(source, 'medium'),
    publication_date_l10n_long: dateText(source, 'long'),
    created_date_l10n_long: created && formatted(created.slice(0, 10), 'long'),
    updated_date_l10n_long: updated && formatted(updated.slice(0, 10), 'long'),
    resource_type: { id: type?.id ?? null, title_l10n: type?.title?.en ?? null },
    custom_fields,
    access_status: {
      id: access.status,
      title_l10n: title,
      description_l10n: text,
      icon,
      embargo_date_l10n: access.embargo.until === undefined ? null : formatted(access.embargo.until, 'long'),
      message_class: '',
    },
    creators: peopleOf('creators', metadata.creators ?? []),
    ...(metadata.contributors && { contributors: peopleOf('contributors', metadata.contributors) }),
    ...(metadata.languages && { languages: metadata.languages.map(({ id, title: name }) => ({ id, title_l10n: name?.en ?? id })) }),
    ...(description !== undefined && { description_stripped: htmlToText(description) }),
    ...(version !== undefined && { version }),
    rights: (metadata.rights ?? []).map(localised),
    is_draft: false,
  };
}

/** Each affiliation once, with a number that people refer to. */
function peopleOf(name: 'creators' | 'contributors', people: readonly ShapedPerson[]) {
  const numbers = new Map<string, readonly [number, string, string | null]>();
  const listed = people.map(({ person_or_org, affiliations, role }) => ({
    person_or_org,
    ...(affiliations.length > 0 && {
      affiliations: affiliations.map(({ id = null, name: place = '' }) => {
        const known = numbers.get(`${id} ${place}`) ?? ([numbers.size + 1, place, id] as const);
        numbers.set(`${id} ${place}`, known);
        return [known[0], place];
      }),
    }),
    ...(role && { role: { id: role.id, title: titleOfTerm('contributorsroles', role.id) ?? role.id } }),
  }));
  return { [name]: listed, affiliations: [...numbers.values()] };
}

function localised(right: object) {
  const { title, description, ...rest } = right as {
    readonly title?: { readonly en: string };
    readonly description?: { readonly en: string };
  };
  return { ...rest, ...(title && { title_l10n: title.en }), ...(description && { description_l10n: description.en }) };
}

function dateText(source: RecordMetadata | null, style: 'medium' | 'long'): string | null {
  const text = source?.publicationDate?.text ?? source?.publicationYear?.toString() ?? null;
  return (
    text &&
    text
      .split('/')
      .map((one) => formatted(one, style))
      .join(' – ')
  );
}

/** A day, a month or a year in words; anything else as it is. */
function formatted(day: string, style: 'medium' | 'long'): string {
  const [, year, month, date] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(day) ?? [];
  const at = new Date(`${year}-${month ?? '01'}-${date ?? '01'}T00:00:00Z`);
  if (year === undefined || month === undefined || Number.isNaN(at.getTime())) return day;
  const ofMonth = date === undefined ? {} : ({ day: 'numeric' } as const);
  return new Intl.DateTimeFormat('en-US', {
    year: 'numeric',
    month: style === 'long' ? 'long' : 'short',
    ...ofMonth,
    timeZone: 'UTC',
  }).format(at);
}
