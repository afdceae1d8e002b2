import ajvCompiler from '@fastify/ajv-compiler';
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type CompilersFactory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** How Fastify calls it, whatever its types say: a function of a route's part for all shared schemas and options. */
type Build = (shared: unknown, options: unknown) => Compile;
type Compile = (part: { readonly schema: unknown }) => unknown;

/**
 * Fastify's own compilers, but equal schemas are compiled once in a process: the problems stand in every route, and to compile
 * them for each of these takes most of the time that an API needs to start.
 */
export const compileOnce = {
  buildValidator: once(ajvCompiler() as unknown as Build),
  buildSerializer: once(SerializerSelector() as unknown as Build),
} as CompilersFactory;

/** What is made of a schema depends on that, on the shared ones and on options, not on the route. */
function once(build: Build): Build {
  const compiledWith = new Map<string, Map<string, unknown>>();
  return (shared, options) => {
    const compile = build(shared, options);
    const surroundings = JSON.stringify([shared, options]);
    const compiled = compiledWith.get(surroundings) ?? new Map<string, unknown>();
    compiledWith.set(surroundings, compiled);
    return (part) => {
      const key = JSON.stringify(part.schema);
      const found = compiled.get(key) ?? compile(part);
      compiled.set(key, found);
      return found;
    };
  };
}
