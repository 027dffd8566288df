/** What the widget says, in both languages. */

import type { Frequency, Language } from "../engine/types";

export interface Words {
  all: string;
  products: string;
  waiting: string;
  starting: string;
  phases: Record<string, string>;
  left: (seconds: string) => string;
  cancel: string;
  stopped: string;
  improving: string;
  expected: (about: string, low: string, high: string, from: string, to: string) => string;
  typicalMiss: (folds: string, miss: string, rule: string) => string;
  table: string;
  columns: { period: string; expected: string; low: string; high: string };
  pieces: string;
  frequency: Record<Frequency, string>;
}

const en: Words = {
  all: "All products",
  products: "Products",
  waiting: "No data yet.",
  starting: "Starting …",
  phases: {
    reading: "Reading",
    fitting: "Fitting",
    training: "Training a neural network",
    testing: "Testing on your own past",
    improving: "Improving",
  },
  left: (seconds) => `${seconds} left`,
  cancel: "Cancel",
  stopped: "Stopped.",
  improving: "First forecast; a better one is being made.",
  expected: (about, low, high, from, to) => `about ${about} pieces (${low}–${high}, 8 times out of 10) from ${from} to ${to}`,
  typicalMiss: (folds, miss, rule) =>
    `Over the last ${folds} such spans the total was off by ${miss}; repeating the last season would have been off by ${rule}.`,
  table: "As a table",
  columns: { period: "Period", expected: "Expected", low: "Low", high: "High" },
  pieces: "pieces",
  frequency: { hour: "hour", day: "day", week: "week", month: "month" },
};

const zh: Words = {
  all: "全部商品",
  products: "商品",
  waiting: "还没有数据。",
  starting: "正在启动……",
  phases: {
    reading: "正在读取",
    fitting: "正在拟合",
    training: "正在训练神经网络",
    testing: "正在用您自己的历史检验",
    improving: "正在改进",
  },
  left: (seconds) => `还需 ${seconds}`,
  cancel: "取消",
  stopped: "已停止。",
  improving: "这是初步预测，更好的正在计算。",
  expected: (about, low, high, from, to) => `${from} 至 ${to} 约 ${about} 件（10 次里约 8 次落在 ${low}–${high}）`,
  typicalMiss: (folds, miss, rule) => `在最近 ${folds} 段同样长的时间里，总量平均偏差 ${miss}；照搬上一季则偏差 ${rule}。`,
  table: "以表格显示",
  columns: { period: "时间", expected: "预计", low: "低", high: "高" },
  pieces: "件",
  frequency: { hour: "小时", day: "天", week: "周", month: "月" },
};

export const WORDS: Record<Language, Words> = { en, zh };
