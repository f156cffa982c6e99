/** Codes of the distribution specification, with the status that goes with each. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 409,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
  /** Not in the specification; the reference implementation's answer to a bad `n`. */
  PAGINATION_NUMBER_INVALID: 400,
  /** Not in the specification, which wants a 416 and leaves its code open. */
  RANGE_INVALID: 416,
  /** Not in the specification, which leaves the body of a 5xx open. */
  UNKNOWN: 500,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** An answer that is an error: `{"errors":[{code, message, detail}]}`. */
export class RegistryError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    detail: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'RegistryError';
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }

  response(): Response {
    const { code, message, detail, headers } = this;
    const status = STATUS[code];
    return Response.json({ errors: [{ code, message, detail }] }, { status, headers });
  }
}
