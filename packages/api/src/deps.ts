import type { ApiKey, Logger } from '@thresher/runtime';
import type { Metrics } from '@thresher/runtime/metrics';
import type { SearchClient } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import type { SharedCounts } from './http/shared-counts.ts';

/** The address of the API as clients see it. */
export interface PublicAddress {
  /** Origin for links: `https://mirror.example.org`. */
  readonly publicUrl?: string | undefined;
  /** Addresses and networks of proxies whose `X-Forwarded-*` headers are trusted. `Forwarded` is never read. */
  readonly proxies?: readonly string[] | undefined;
  /** Name or address that the server listens on. */
  readonly boundHost?: string | undefined;
}

/** The dependencies of a route that searches. */
export type SearchDeps = Pick<ApiDeps, 'db' | 'search' | 'searchFault'>;

/** The dependencies of the API. It neither opens nor closes them. */
export interface ApiDeps {
  readonly db: Db;
  /** Null if there is no Elasticsearch: searches are answered with 503, all else works. */
  readonly search: { readonly client: SearchClient; readonly alias: string } | null;
  /** Why Elasticsearch is missing although it is configured; the API is then not ready. */
  readonly searchFault?: string | undefined;
  readonly log: Logger;
  /** Gets the metrics of requests and of the installation; shown at `/metrics`. */
  readonly metrics: Metrics;
  /** Thresher's version, shown by `/healthz` and the OpenAPI document. */
  readonly version: string;
  /** Mail address of the operator, for `Identify` of `/oai2d`. */
  readonly contact?: string | undefined;
  /** Keys and limits; if omitted, requests are not limited. */
  readonly access?: {
    readonly keys?: readonly ApiKey[] | undefined;
    /** Requests per minute of an address without a key; 0: a key is required. */
    readonly perMinute?: number | undefined;
    /** If omitted, each process counts on its own. */
    readonly shared?: SharedCounts | null;
  };
  /** Requests in flight above which further ones are answered with 503; 256 unless specified. */
  readonly mostInFlight?: number | undefined;
  /** PostgreSQL as a role that can only read, for queries that somebody typed; left out, there are none. May throw NotReadyError, ReadLoginError. */
  readonly readDb?: (() => Promise<Db>) | undefined;
  /** Maximum time of such a query over HTTP in milliseconds; 20,000 unless specified. */
  readonly queryTimeoutMs?: number | undefined;
  /** A client that shows it may run SQL and act on harvests; left out, only a client on this machine may. */
  readonly adminKey?: string | undefined;
  /** How clients reach the API. If omitted, links contain only addresses of this machine, and no proxy is trusted. */
  readonly publicAddress?: PublicAddress | undefined;
  /** Folder of the web page; default: the one of package `web`; null serves none. */
  readonly webRoot?: string | null;
  /** Whether the first requests will be answered as fast as later ones; left out, that is not waited for. */
  readonly isWarm?: () => boolean;
}
