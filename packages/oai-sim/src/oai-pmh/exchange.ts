import type { Repository } from '../repository/repository.ts';

/** Everything an answer is made from. */
export interface Exchange {
  readonly repository: Repository;
  readonly baseURL: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The attributes of `<request>`, in Zenodo's order, and the verb's element in byte strings. */
export interface VerbAnswer {
  readonly request: readonly (readonly [string, string])[];
  readonly content: readonly string[];
}
