/** Milliseconds since 1970 of an RFC 3339 time with nanoseconds; every Date takes three decimals. */
export const milliseconds = (time: string): number =>
  Date.parse(time.replace(/(\.\d{3})\d+/, '$1'));
