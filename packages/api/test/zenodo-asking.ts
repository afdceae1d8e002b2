import { expect } from 'vitest';
import type { StockedApi } from './stocked-api.ts';
import type { FeatureName } from './zenodo-features.ts';

/** What somebody tried at Zenodo and here. */
export interface Row {
  readonly feature: string;
  readonly expected: string;
}

/** The rows of a feature, and what must hold for each of them. */
export type Check = readonly [name: FeatureName, rows: RegExp, check: (row: Row, asking: Asking) => Promise<void>];

/** Requests to the API that is tried. */
export type Asking = ReturnType<typeof askingOf>;

export function askingOf(api: StockedApi) {
  const get = (url: string, accept?: string) =>
    api.app.inject({ url: encodeURI(url), ...(accept !== undefined && { headers: { accept } }) });
  return {
    api,
    get,
    oai: async (query: string): Promise<string> => (await get(`/oai2d?${query}`)).body,
    search: async (parameters: string) => {
      const reply = await api.app.inject(`/api/records?all_versions=true&${parameters}`);
      return { status: reply.statusCode, ...reply.json<Answer>() };
    },
  };
}

export interface Answer {
  readonly id?: string;
  readonly slug?: string;
  readonly hits?: { readonly total: number; readonly hits: readonly { readonly id: number; readonly stats: object | null }[] };
  readonly aggregations?: Readonly<Record<string, { readonly buckets: readonly object[] }>>;
  readonly warnings?: readonly object[];
  readonly detail?: string;
}

/** The statuses of `[200, 302]`. */
export const statuses = (expected: string): number[] => (expected.match(/\d{3}/g) ?? []).map(Number);

export const isOf: Readonly<Record<string, (value: unknown) => boolean>> = {
  int: Number.isSafeInteger,
  str: (value) => typeof value === 'string' && value !== '',
  dict: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  present: (value) => value !== undefined,
};

export function memberOf(object: unknown, path: string): unknown {
  return path.split('.').reduce((value: unknown, name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name], object);
}

export async function hasMembers({ get }: Asking, url: string, feature: string, member: string): Promise<void> {
  const value = (await get(url)).json<unknown>();
  expect([feature, memberOf(value, member) !== undefined]).toEqual([feature, true]);
}
