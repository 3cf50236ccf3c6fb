"""What the kiosk itself says; every question comes from the site, in the same language."""

WORDS = {
    "zh": {
        "answer": "回答",
        "several": "（可多选，用逗号隔开）",
        "yes?": "（是就写“是”，不是直接回车）",
        "again": "写1到{most}里的数字。",
        "agree": "同意吗？同意写“是” › ",
        "not-filed": "没有提交，填的内容没有保存。",
        "number": "投诉编号",
        "code": "回执码  ",
        "keep": "回执码只给这一次。有它就能看、能补、能撤回这件投诉，别发给别人。",
        "code?": "回执码 › ",
        "left": "没有办完，填的内容没有保存。",
    },
    "en": {
        "answer": "Answer",
        "several": " (several, with commas)",
        "yes?": " (y for yes, Enter for no)",
        "again": "A number from 1 to {most}, please.",
        "agree": "Do you agree? Type y › ",
        "not-filed": "Not filed. Nothing was kept.",
        "number": "Number ",
        "code": "Receipt",
        "keep": "Shown this once. Whoever has the code can read, add to and withdraw the complaint: keep it safe.",
        "code?": "Receipt code › ",
        "left": "Not finished. Nothing was kept.",
    },
}
