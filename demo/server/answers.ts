// Owns the assistant's texts: what it says, in the language it was spoken to.
// Refuses to be clever: it picks by keyword, else in turn.

interface Answer {
  readonly keywords: RegExp;
  readonly russian: string;
  readonly english: string;
}

const answers: readonly Answer[] = [
  {
    keywords: /убит|убей|упал|рестарт|перезапус|kill|restart|crash|down/i,
    russian:
      'Если процесс сервера убит, соединение обрывается без прощания: браузер сообщает код 1006. Клиент ждёт секунду, затем две, четыре, восемь, с небольшим случайным разбросом, чтобы тысячи вкладок не пришли одновременно. Всё, что вы пишете в это время, стоит в очереди и уходит по порядку, как только сервер ответит. Недописанный ответ помечен как прерванный: его писал погибший процесс.',
    english:
      'When the server process is killed the connection ends without a goodbye: the browser reports code 1006. The client waits one second, then two, four, eight, slightly randomised so that thousands of tabs do not return at the same moment. Whatever you type meanwhile stands in the queue and leaves in order as soon as the server answers. An unfinished answer is marked as interrupted: its author died.',
  },
  {
    keywords: /замор|завис|тишин|молч|freeze|frozen|half|silent/i,
    russian:
      'Замороженный сервер коварнее мёртвого: TCP-соединение открыто, ошибок нет, данных тоже нет. Браузер может не замечать этого минутами. Клиент посылает ping и ждёт хоть какого-нибудь байта в ответ. Не дождался: соединение считается потерянным, и начинается переподключение.',
    english:
      'A frozen server is more treacherous than a dead one: the TCP connection is open, there is no error and no data. A browser may not notice for minutes. The client sends a ping and waits for any byte at all. If none comes, the connection counts as lost and reconnecting begins.',
  },
  {
    keywords: /очеред|потер|достав|queue|lost|lose|deliver/i,
    russian:
      'У каждого вашего сообщения видна судьба: «в очереди», «отправлено», «получено сервером». Очередь ограничена сотней сообщений и восемью мегабайтами; если место кончилось, вытеснение не молчит, а приходит отдельным событием. Дважды ничего не отправляется и порядок не меняется.',
    english:
      'Every message of yours shows its fate: queued, sent, received by the server. The queue holds a hundred messages and eight megabytes; when it is full, an eviction is never silent but comes as an event of its own. Nothing is sent twice and nothing overtakes.',
  },
  {
    keywords: /код|1000|1003|1008|1011|code|close|закры/i,
    russian:
      'Код закрытия решает, что дальше. 1000 значит «до свидания»: клиент отключён и не возвращается. 1003 и 1008 значат «вам сюда нельзя»: повторять бессмысленно, состояние становится «ошибка». 1001, 1006, 1011, 1012 и остальные значат «сейчас не вышло»: клиент попробует снова.',
    english:
      'The close code decides what comes next. 1000 means goodbye: the client is disconnected and does not return. 1003 and 1008 mean you may not enter: trying again is pointless and the state becomes failed. 1001, 1006, 1011, 1012 and the rest mean not right now: the client tries again.',
  },
  {
    keywords: /привет|здравств|добрый|hello|hi\b|hey/i,
    russian:
      'Здравствуйте! Я ненастоящий помощник: отвечаю заготовками, зато слово за словом, как большая модель. Настоящее здесь соединение. Справа пульт, которым его можно ломать: убейте сервер, пока я говорю, и напишите что-нибудь, пока его нет.',
    english:
      'Hello! I am not a real assistant: my answers are prepared, though they come word by word as those of a large model do. What is real here is the connection. The panel beside this chat breaks it: kill the server while I speak and write something while it is gone.',
  },
];

const otherAnswers: readonly Pick<Answer, 'russian' | 'english'>[] = [
  {
    russian:
      'Принято и сохранено. Этот ответ идёт отдельными кадрами message_update, каждый несёт весь текст на данный момент. Поэтому обрыв посреди фразы не оставит дыры: после переподключения следующий кадр принесёт всё разом. Кнопка «Остановить» отправляет stop_generation.',
    english:
      'Received and stored. This answer comes in message_update frames, each with the whole text so far. A break in the middle of a sentence leaves no gap: after reconnecting, the next frame brings everything at once. The Stop button sends stop_generation.',
  },
  {
    russian:
      'Решения принимает конечный автомат на C++20, собранный в WebAssembly. Он не знает ни времени, ни случайности, ни сети: всё это ему сообщают снаружи. Поэтому один и тот же разговор с сетью можно повторить до последнего миллисекундного тика, а здесь попробовать сломать руками.',
    english:
      'The decisions are made by a state machine in C++20, compiled to WebAssembly. It knows no time, no chance and no network: all of it is told from outside. So the same conversation with the network can be replayed to the last tick, and here you may try to break it by hand.',
  },
];

/** A request for an answer as long as one likes, to have time for breaking things. */
const countTo = /(?:count to|(?:по)?считай до)\s+(\d{1,3})\b/i;

let turn = 0;

/** The answer to `question`, in Russian when it has a Cyrillic letter, else in English. */
export function answerTo(question: string): string {
  const counting = countTo.exec(question);
  if (counting !== null)
    return Array.from({ length: Number(counting[1]) }, (_, index) => index + 1).join(' ');
  const language = /\p{Script=Cyrillic}/u.test(question) ? 'russian' : 'english';
  const fitting = answers.find(({ keywords }) => keywords.test(question));
  if (fitting !== undefined) return fitting[language];
  turn += 1;
  return otherAnswers[turn % otherAnswers.length]?.[language] ?? '';
}
