// The assistant's answers, chosen by keyword, in the language of the question.

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
      'When the server process is killed, the connection ends without a close frame: the browser reports code 1006. The client waits one second, then two, four, eight, slightly randomised so that thousands of tabs do not reconnect at the same moment. What you type meanwhile is queued and sent in order as soon as the server accepts connections again. An unfinished answer is marked as interrupted, because the process that wrote it is gone.',
  },
  {
    keywords: /замор|завис|тишин|молч|freeze|frozen|half|silent/i,
    russian:
      'Замороженный сервер коварнее мёртвого: TCP-соединение открыто, ошибок нет, данных тоже нет. Браузер может не замечать этого минутами. Клиент посылает ping и ждёт хоть какого-нибудь байта в ответ. Не дождался: соединение считается потерянным, и начинается переподключение.',
    english:
      'A frozen server is harder to detect than a killed one: the TCP connection is open, there is no error and no data. A browser may not notice for minutes. The client sends a ping and waits for any data. If none arrives, the connection counts as lost and the client reconnects.',
  },
  {
    keywords: /очеред|потер|достав|queue|lost|lose|deliver/i,
    russian:
      'У каждого вашего сообщения видна судьба: «в очереди», «отправлено», «получено сервером». Очередь ограничена сотней сообщений и восемью мегабайтами; если место кончилось, вытеснение не молчит, а приходит отдельным событием. Дважды ничего не отправляется и порядок не меняется.',
    english:
      'Every message of yours shows its delivery: queued, sent, received by the server. The queue holds a hundred messages and eight megabytes; when it is full, each evicted message is reported by an event. No message is sent twice, and the order is kept.',
  },
  {
    keywords: /код|1000|1003|1008|1011|code|close|закры/i,
    russian:
      'Код закрытия решает, что дальше. 1000 значит «до свидания»: клиент отключён и не возвращается. 1003 и 1008 значат «вам сюда нельзя»: повторять бессмысленно, состояние становится «ошибка». 1001, 1006, 1011, 1012 и остальные значат «сейчас не вышло»: клиент попробует снова.',
    english:
      'The close code decides what happens next. 1000 is a normal closure: the client is disconnected and does not reconnect. 1003 and 1008 deny access: another attempt is pointless and the state becomes failed. 1001, 1006, 1011, 1012 and the rest are temporary: the client tries again.',
  },
  {
    keywords: /привет|здравств|добрый|hello|hi\b|hey/i,
    russian:
      'Здравствуйте! Я ненастоящий помощник: отвечаю заготовками, зато слово за словом, как большая модель. Настоящее здесь соединение. Справа пульт, которым его можно ломать: убейте сервер, пока я говорю, и напишите что-нибудь, пока его нет.',
    english:
      'Hello! I am not a real assistant: my answers are prepared, though they come word by word like those of a large language model. The connection is real. The panel beside this chat breaks it: kill the server while an answer is being written and write something while it is down.',
  },
];

const otherAnswers: readonly Pick<Answer, 'russian' | 'english'>[] = [
  {
    russian:
      'Принято и сохранено. Этот ответ идёт отдельными кадрами message_update, каждый несёт весь текст на данный момент. Поэтому обрыв посреди фразы не оставит дыры: после переподключения следующий кадр принесёт всё разом. Кнопка «Остановить» отправляет stop_generation.',
    english:
      'Received and stored. This answer arrives in message_update frames, each with the whole text so far. A lost connection in the middle of a sentence leaves no gap: after the reconnect the next frame contains everything. The Stop button sends stop_generation.',
  },
  {
    russian:
      'Решения принимает конечный автомат на C++20, собранный в WebAssembly. Он не знает ни времени, ни случайности, ни сети: всё это ему сообщают снаружи. Поэтому один и тот же разговор с сетью можно повторить до последнего миллисекундного тика, а здесь попробовать сломать руками.',
    english:
      'The decisions are made by a state machine in C++20, compiled to WebAssembly. It reads no clock, no random numbers and no network: all of these are given to it as input. So every run can be replayed exactly, and here you can try to break it by hand.',
  },
];

/** A request for a long answer, to have time for breaking things. */
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
