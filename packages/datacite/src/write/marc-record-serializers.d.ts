declare module '@natlibfi/marc-record-serializers' {
  export const MARCXML: { from(xml: string, options: { readonly strict: boolean }): Promise<unknown> };
}
