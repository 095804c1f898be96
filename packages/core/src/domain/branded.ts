declare const brand: unique symbol;

/**
 * `T` that only the parser of `Name` hands out. Costs nothing at run time.
 *
 * @public
 */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
