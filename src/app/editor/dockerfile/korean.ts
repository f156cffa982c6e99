import type { ValidationCode } from 'dockerfile-utils';

/** Two of the checker's names mean the same. */
export type Problem = Exclude<keyof typeof ValidationCode, 'FLAG_INVALID_LINK_VALUE'>;

/**
 * What the checker says, in Korean, by the name of the problem; `what` is the text that it points at. Its own
 * English is Docker's, and stays as it is: the builder prints the same.
 */
export const korean: Readonly<Record<Problem, (what: string) => string>> = {
  CASING_INSTRUCTION: (what) => `명령은 대문자로 써요: ${what.toUpperCase()}`,
  CASING_DIRECTIVE: (what) => `지시자는 소문자로 써요: ${what.toLowerCase()}`,
  ARGUMENT_MISSING: (what) => `${what} 뒤에 값이 없어요.`,
  ARGUMENT_EXTRA: (what) => `${what}: 값이 남아요.`,
  ARGUMENT_REQUIRES_ONE: (what) => `값이 하나만 와야 해요: ${what}`,
  ARGUMENT_REQUIRES_AT_LEAST_ONE: (what) => `${what} 뒤에 값이 하나 이상 와야 해요.`,
  ARGUMENT_REQUIRES_TWO: (what) => `이름과 값이 둘 다 있어야 해요: ${what}`,
  ARGUMENT_REQUIRES_AT_LEAST_TWO: (what) => `원본과 대상이 둘 다 있어야 해요: ${what}`,
  ARGUMENT_REQUIRES_ONE_OR_THREE: () =>
    'FROM 뒤에는 이미지만 쓰거나 “이미지 AS 이름”으로 써야 해요.',
  ARGUMENT_UNNECESSARY: (what) => `여기에는 값이 올 수 없어요: ${what}`,
  DUPLICATE_BUILD_STAGE_NAME: (what) => `빌드 단계의 이름이 겹쳐요: ${what}`,
  EMPTY_CONTINUATION_LINE: () => '이어지는 명령 사이에 빈 줄이 있어요.',
  INVALID_BUILD_STAGE_NAME: (what) =>
    `빌드 단계의 이름으로 쓸 수 없어요: ${what}. 숫자로 시작하거나 기호가 들어갈 수 없어요.`,
  FLAG_AT_LEAST_ONE: (what) => `1 이상이어야 해요: ${what}`,
  FLAG_DUPLICATE: (what) => `같은 옵션이 두 번 나와요: ${what}`,
  FLAG_INVALID_DURATION: (what) => `시간으로 읽을 수 없어요: ${what}`,
  FLAG_LESS_THAN_1MS: (what) => `1ms보다 짧을 수 없어요: ${what}`,
  FLAG_MISSING_DURATION: (what) => `시간에 단위가 없어요: ${what}. 5s나 1m처럼 써 보세요.`,
  FLAG_MISSING_VALUE: (what) => `옵션에 값이 없어요: ${what}`,
  FLAG_UNKNOWN_UNIT: (what) => `모르는 시간 단위예요: ${what}`,
  NO_SOURCE_IMAGE: () => 'FROM으로 시작해야 해요. 어떤 이미지에서 출발하는지 적어 주세요.',
  INVALID_ESCAPE_DIRECTIVE: (what) => `escape에는 \`나 \\만 쓸 수 있어요: ${what}`,
  INVALID_AS: (what) => `이 자리에는 AS가 와야 해요: ${what}`,
  INVALID_DESTINATION: (what) => `원본이 여럿이면 대상은 /로 끝나는 디렉터리여야 해요: ${what}`,
  INVALID_PORT: (what) => `포트 번호가 아니에요: ${what}`,
  INVALID_PROTO: (what) => `모르는 프로토콜이에요: ${what}. tcp나 udp를 써요.`,
  INVALID_REFERENCE_FORMAT: (what) => `이미지 이름의 형식이 아니에요: ${what}`,
  INVALID_SIGNAL: (what) => `모르는 시그널이에요: ${what}`,
  INVALID_SYNTAX: (what) => `읽을 수 없는 값이에요: ${what}`,
  ONBUILD_CHAINING_DISALLOWED: () => 'ONBUILD 뒤에 ONBUILD가 또 올 수 없어요.',
  ONBUILD_TRIGGER_DISALLOWED: (what) => `ONBUILD 뒤에는 ${what} 명령이 올 수 없어요.`,
  SHELL_JSON_FORM: (what) => `SHELL의 값은 ["/bin/sh", "-c"] 같은 JSON 배열이어야 해요: ${what}`,
  SHELL_REQUIRES_ONE: () => 'SHELL의 배열에 값이 하나 이상 있어야 해요.',
  SYNTAX_MISSING_EQUALS: (what) => `“이름=값”으로 써야 해요: ${what}`,
  SYNTAX_MISSING_NAMES: () => '= 앞에 이름이 없어요.',
  SYNTAX_MISSING_SINGLE_QUOTE: (what) => `작은따옴표가 닫히지 않았어요: ${what}`,
  SYNTAX_MISSING_DOUBLE_QUOTE: (what) => `큰따옴표가 닫히지 않았어요: ${what}`,
  MULTIPLE_INSTRUCTIONS: (what) =>
    `한 빌드 단계에 ${what} 명령은 하나면 돼요. 마지막 것만 쓰이고 나머지는 무시돼요.`,
  UNKNOWN_INSTRUCTION: (what) => `모르는 명령이에요: ${what}`,
  UNKNOWN_ADD_FLAG: (what) => `ADD에 없는 옵션이에요: ${what}`,
  UNKNOWN_COPY_FLAG: (what) => `COPY에 없는 옵션이에요: ${what}`,
  UNKNOWN_FROM_FLAG: (what) => `FROM에 없는 옵션이에요: ${what}`,
  UNKNOWN_HEALTHCHECK_FLAG: (what) => `HEALTHCHECK에 없는 옵션이에요: ${what}`,
  UNKNOWN_TYPE: (what) => `HEALTHCHECK 뒤에는 CMD나 NONE이 와야 해요: ${what}`,
  UNSUPPORTED_MODIFIER: (what) => `변수에 쓸 수 없는 표현이에요: ${what}`,
  DEPRECATED_MAINTAINER: () => 'MAINTAINER는 이제 쓰지 않아요. LABEL로 적어 주세요.',
  HEALTHCHECK_CMD_ARGUMENT_MISSING: () => 'HEALTHCHECK CMD 뒤에 실행할 명령이 없어요.',
  FLAG_INVALID_FROM_VALUE: (what) => `--from의 값으로 쓸 수 없어요: ${what}`,
  FLAG_EXPECTED_BOOLEAN_VALUE: (what) => `true나 false여야 해요: ${what}`,
  JSON_IN_SINGLE_QUOTES: (what) => `JSON 배열에는 큰따옴표를 써야 해요: ${what}`,
  WORKDIR_IS_NOT_ABSOLUTE: (what) =>
    `WORKDIR은 /로 시작하는 절대 경로로 쓰는 편이 분명해요: ${what}`,
  BASE_NAME_EMPTY: (what) => `변수에 값이 없어서 이미지 이름이 비어요: ${what}`,
  DUPLICATED_ESCAPE_DIRECTIVE: () => 'escape 지시자는 한 번만 쓸 수 있어요.',
};
