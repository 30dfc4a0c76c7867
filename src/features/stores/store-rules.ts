import { z } from 'zod';

/** A store's short name in the till's own books. */
export const storeCodeText = z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, '1 to 20 letters, digits, "_" or "-"');

export const isStoreCode = (text: string): boolean => storeCodeText.safeParse(text).success;
