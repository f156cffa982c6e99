/** The status and the codes of an answer that is an error (distribution-spec "Error Codes"). */
export async function codes(response: Response): Promise<[number, string[]]> {
  const body: { errors: { code: string }[] } = await response.json();
  return [response.status, body.errors.map((error) => error.code)];
}
