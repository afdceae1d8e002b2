import deprecated from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import current from 'spdx-license-ids/index.json' with { type: 'json' };

// Ids of Zenodo before SPDX and other short names in use.
const ALIASES: Readonly<Record<string, string>> = {
  'apache2.0': 'Apache-2.0',
  'apache-2': 'Apache-2.0',
  'mit-license': 'MIT',
  cc0: 'CC0-1.0',
  'cc-zero': 'CC0-1.0',
  'odc-by': 'ODC-By-1.0',
  'odc-pddl': 'PDDL-1.0',
  'odc-odbl': 'ODbL-1.0',
  'cc-pd': 'CC-PDM-1.0',
};

// By the start of the URL without protocol and `www.`, in lower case.
const PLACES: readonly (readonly [string, string])[] = [
  ['apache.org/licenses/license-2.0', 'Apache-2.0'],
  ['apache.org/licenses/license-1.1', 'Apache-1.1'],
  ['apache.org/licenses/license-1.0', 'Apache-1.0'],
  ['opendatacommons.org/licenses/odbl', 'ODbL-1.0'],
  ['opendatacommons.org/licenses/by', 'ODC-By-1.0'],
  ['opendatacommons.org/licenses/pddl', 'PDDL-1.0'],
  ['mozilla.org/mpl/2.0', 'MPL-2.0'],
  ['mozilla.org/en-us/mpl/2.0', 'MPL-2.0'],
  ['unlicense.org', 'Unlicense'],
  ['mit-license.org', 'MIT'],
];

const CREATIVE_COMMONS = /^creativecommons\.org\/(licenses|publicdomain)\/([a-z-]+)\/(\d\.\d)(?:\/([a-z]{2,4})(?:\/|$))?/;
const GNU_UNDECIDED = /^[AL]?GPL-\d\.\d$/;
const GNU = /^gnu\.org\/(?:licenses|copyleft)\/(?:old-licenses\/)?(a|l|)gpl-?(\d\.\d)/;
const REGISTRY =
  /^(?:opensource\.org\/licenses?|spdx\.org\/licenses|choosealicense\.com\/licenses)\/([^/?#]+?)(?:\.(?:html|php|json|txt))?(?:[/?#].*)?$/;

let spellings: ReadonlyMap<string, string> | undefined;

/**
 * SPDX's own spelling of the licence that an id (in any case), else a licence's URL, names; null when neither names one.
 * SPDX has replaced `GPL-3.0` and its kin by "only" and "or later"; the title names which, and if it does not, SPDX reads "only".
 */
export function spdxOf(identifier: string | null, uri: string | null, title: string | null): string | null {
  const named = identifier === null ? null : fromId(identifier);
  const spdx = named ?? (uri === null ? null : fromUri(uri));
  return spdx !== null && GNU_UNDECIDED.test(spdx) ? `${spdx}-${title !== null && /or later|\+/i.test(title) ? 'or-later' : 'only'}` : spdx;
}

function fromId(identifier: string): string | null {
  spellings ??= buildSpellings();
  const lower = identifier.toLowerCase();
  return spellings.get(lower) ?? spellings.get(lower.replaceAll(' ', '-')) ?? null;
}

function buildSpellings(): Map<string, string> {
  const map = new Map<string, string>();
  for (const id of [...current, ...deprecated]) map.set(id.toLowerCase(), id);
  for (const [alias, id] of Object.entries(ALIASES)) map.set(alias, id);
  return map;
}

function fromUri(uri: string): string | null {
  if (!uri.includes('.')) return null;
  const place = uri
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '');
  return (
    fromCreativeCommons(place) ?? fromGnu(place) ?? fromRegistry(place) ?? PLACES.find(([start]) => place.startsWith(start))?.[1] ?? null
  );
}

/** A licence ported to a country is another licence; from 4.0 on there are none, and a last part is a language. */
function fromCreativeCommons(place: string): string | null {
  const parts = CREATIVE_COMMONS.exec(place);
  if (parts === null) return null;
  const [, kind, name, version, port] = parts;
  if (kind === 'publicdomain') return name === 'zero' ? fromId(`CC0-${version}`) : name === 'mark' ? fromId(`CC-PDM-${version}`) : null;
  const id = `CC-${name}-${version}`;
  const unported = port === undefined || port === 'deed' || Number(version) >= 4;
  return fromId(unported ? id : `${id}-${port}`);
}

function fromGnu(place: string): string | null {
  const parts = GNU.exec(place);
  return parts === null ? null : fromId(`${parts[1]}GPL-${parts[2]}`);
}

function fromRegistry(place: string): string | null {
  const parts = REGISTRY.exec(place);
  return parts === null ? null : fromId(parts[1]!);
}
