import type { ApiKey, Logger } from '@thresher/runtime';
import type { Metrics } from '@thresher/runtime/metrics';
import type { SearchClient } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import type { SharedCounts } from './http/shared-counts.ts';

/** How clients reach the API. */
export interface Reach {
  /** Origin for links: `https://mirror.example.org`. */
  readonly publicUrl?: string | undefined;
  /** Addresses and networks of proxies whose `X-Forwarded-*` headers are believed. `Forwarded` is never read. */
  readonly proxies?: readonly string[] | undefined;
  /** Name or address that the server was told to listen on. */
  readonly boundHost?: string | undefined;
}

/** What a route needs that searches. */
export type SearchDeps = Pick<ApiDeps, 'db' | 'search' | 'searchFault'>;

/** What the API works with. It opens and closes none of it. */
export interface ApiDeps {
  readonly db: Db;
  /** Null if there is no Elasticsearch: searches are answered with 503, all else works. */
  readonly search: { readonly client: SearchClient; readonly alias: string } | null;
  /** Why there is no Elasticsearch although one was wanted; then the API is not ready. */
  readonly searchFault?: string | undefined;
  readonly log: Logger;
  /** Gets the metrics of requests and of the installation; shown at `/metrics`. */
  readonly metrics: Metrics;
  /** Of Thresher, as `/healthz` and the OpenAPI document tell it. */
  readonly version: string;
  /** Mail address of the operator, for `Identify` of `/oai2d`. */
  readonly contact?: string | undefined;
  /** Keys and limits; left out, everybody may ask as much as they like. */
  readonly access?: {
    readonly keys?: readonly ApiKey[] | undefined;
    /** Requests a minute of an address that shows no key; 0: a key is needed. */
    readonly perMinute?: number | undefined;
    /** Left out, each process counts for itself. */
    readonly shared?: SharedCounts | null;
  };
  /** Requests in flight above which further ones are answered with 503; 256 unless specified. */
  readonly mostInFlight?: number | undefined;
  /** How clients reach the API; unset, only addresses of this machine appear in links, and no proxy is believed. */
  readonly reach?: Reach | undefined;
  /** Folder of the web page; left out, the one of package `web`; null serves none. */
  readonly webRoot?: string | null;
  /** Whether the first requests will be answered as fast as later ones; left out, that is not waited for. */
  readonly isWarm?: () => boolean;
}
