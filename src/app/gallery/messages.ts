import type { Language } from '../messages/language.ts';

/** The sentences of the gallery, which come with its code. */
const en = {
  intro: 'These come with the page: a pull of them needs no network once it was done.',
  offered: 'This link offers a command. It runs when you choose it:',
  offeredImage: (image: string): string => `This link is about the image ${image}.`,
  tags: (count: number): string => (count === 1 ? '1 more tag' : `${String(count)} more tags`),
  copy: (image: string): string => `Copy a link that offers this command with ${image}`,
  copied: 'The link is copied.',
  failed: 'The list of images could not be read.',
  about: {
    'hello-world': 'A few lines of text, and it ends. Where everybody begins.',
    busybox: 'A shell and three hundred small tools in one program.',
    debian: 'Debian 12 in small, with apt: a base for images of your own.',
    nginx: 'A web server. Its page opens in the preview.',
    python: 'Python 3.11 with pip: a base for applications of your own.',
    redis: 'A database that keeps everything in memory.',
  },
};

type GalleryMessages = typeof en;

const ko: GalleryMessages = {
  intro: '페이지에 들어 있는 이미지예요. 한 번 받아 두면 네트워크 없이도 쓸 수 있어요.',
  offered: '이 링크가 권하는 명령이에요. 직접 눌러야 실행돼요.',
  offeredImage: (image) => `이 링크는 ${image} 이미지를 가리켜요.`,
  tags: (count) => `다른 태그 ${String(count)}개`,
  copy: (image) => `${image}: 이 명령을 권하는 링크 복사하기`,
  copied: '링크를 복사했어요.',
  failed: '이미지 목록을 읽지 못했어요.',
  about: {
    'hello-world': '몇 줄을 출력하고 끝나요. 누구나 여기서 시작해요.',
    busybox: '셸과 작은 도구 삼백여 개가 프로그램 하나에 들어 있어요.',
    debian: '작은 Debian 12예요. apt가 있어서 내 이미지의 바탕으로 좋아요.',
    nginx: '웹 서버예요. 페이지는 미리 보기에서 열려요.',
    python: 'pip가 있는 Python 3.11이에요. 내 애플리케이션의 바탕으로 좋아요.',
    redis: '모든 것을 메모리에 두는 데이터베이스예요.',
  },
};

export const galleryMessages: Readonly<Record<Language, GalleryMessages>> = { en, ko };

/** A command to try, of the images that have a sentence; others get a shell or what they are made for. */
export const commands: Readonly<Record<keyof GalleryMessages['about'], string>> = {
  'hello-world': 'docker run hello-world',
  busybox: 'docker run -it --rm busybox sh',
  debian: 'docker run -it --rm debian bash',
  nginx: 'docker run -d --name web -p 8080:80 nginx',
  python: 'docker run -it --rm python',
  redis: 'docker run -d --name cache redis',
};
