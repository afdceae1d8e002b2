import { type Static, type TSchema, Type } from 'typebox';

/** A reference to a schema that was added to the server with its `$id`. */
export function ref<T extends TSchema>(schema: T & { readonly $id?: string }) {
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` });
}
