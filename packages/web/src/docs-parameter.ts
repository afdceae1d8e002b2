/** What the pages read of a parameter in an OpenAPI document. */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: { readonly type?: string; readonly default?: string | number | boolean; readonly enum?: readonly string[] };
}
