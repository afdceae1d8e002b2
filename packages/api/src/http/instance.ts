import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@thresher/runtime';
import type { FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify';
import type { Static, TSchema } from 'typebox';

/** Gives handlers the types of their route's schemas. */
export interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

/** The server before it listens; tests `inject` into it. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, Logger, SchemaTypes>;
