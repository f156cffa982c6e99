// What a course page does with the events: here it fills a table, elsewhere it would tell a server.
const news = document.getElementById('news');

/** @param {string} lesson @param {string} text */
function note(lesson, text) {
  const cell = document.querySelector(`[data-lesson="${CSS.escape(lesson)}"]`);
  if (cell) cell.textContent = text;
}

document.addEventListener('ready', ({ detail }) => {
  note(detail.lesson, `${detail.steps}단계 가운데 ${detail.passed}단계`);
});
document.addEventListener('step-passed', ({ detail }) => {
  note(detail.lesson, `${detail.steps}단계 가운데 ${detail.passed}단계`);
});
document.addEventListener('lesson-passed', ({ detail }) => {
  note(detail.lesson, `${detail.steps}단계 모두 마쳤어요`);
  if (news) news.textContent = '실습 하나를 마쳤어요. 진행 상황에 기록했어요.';
});
