"""How languages name months, weekdays and parts of the day: tables. A language more is a line more.

All are kept without accents and in small letters, as ``bare`` leaves a word.
"""

from __future__ import annotations

import unicodedata

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""As months stand in a date that is spelled plainly."""

_MONTHS_OF = (
    # English, and what is short for it
    (
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct"
        "|november nov|december dec"
    ),
    # German
    (
        "januar jänner jän|februar feber|märz mär mrz|april|mai|juni|juli|august|september|oktober okt|november"
        "|dezember dez"
    ),
    # French
    "janvier janv|février févr fév|mars|avril avr|mai|juin|juillet juil|août|septembre|octobre|novembre|décembre déc",
    # Spanish
    (
        "enero ene|febrero|marzo|abril abr|mayo|junio|julio|agosto ago|septiembre setiembre set|octubre|noviembre"
        "|diciembre dic"
    ),
    # Portuguese
    "janeiro|fevereiro fev|março|abril|maio mai|junho|julho|agosto|setembro|outubro out|novembro|dezembro",
    # Italian
    (
        "gennaio gen genn|febbraio febbr|marzo|aprile|maggio mag magg|giugno giu|luglio lug|agosto|settembre sett"
        "|ottobre ott|novembre|dicembre"
    ),
    # Dutch
    "januari|februari|maart mrt|april|mei|juni|juli|augustus|september|oktober|november|december",
    # Swedish, Danish, Norwegian
    (
        "januari januar|februari februar|mars marts|april|maj mai|juni|juli|augusti august|september|oktober|november"
        "|december desember des"
    ),
    # Russian
    (
        "января январь янв|февраля февраль фев февр|марта март мар|апреля апрель апр|мая май|июня июнь июн"
        "|июля июль июл|августа август авг|сентября сентябрь сен сент|октября октябрь окт|ноября ноябрь ноя нояб"
        "|декабря декабрь дек"
    ),
    # Ukrainian
    (
        "січня січень|лютого лютий|березня березень|квітня квітень|травня травень|червня червень|липня липень"
        "|серпня серпень|вересня вересень|жовтня жовтень|листопада листопад|грудня грудень"
    ),
    # Polish
    (
        "stycznia styczeń sty|lutego luty lut|marca marzec|kwietnia kwiecień kwi|maja maj|czerwca czerwiec cze"
        "|lipca lipiec lip|sierpnia sierpień sie|września wrzesień wrz|października październik paź"
        "|listopada listopad lis|grudnia grudzień gru"
    ),
    # Czech
    (
        "ledna leden|února únor|března březen|dubna duben|května květen|června červen|července červenec"
        "|srpna srpen|září|října říjen|listopadu|prosince prosinec"
    ),
    # Turkish
    (
        "ocak oca|şubat şub|mart|nisan nis|mayıs|haziran haz|temmuz tem|ağustos ağu|eylül eyl|ekim eki|kasım kas"
        "|aralık ara"
    ),
    # Indonesian
    "januari|februari|maret|april|mei|juni|juli|agustus agu|september|oktober|november|desember",
)
"""A line a language: twelve months, each with all its spellings."""

_WEEKDAYS = (
    "monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat sunday sun",
    "montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sonnabend sa sonntag so",
    "lundi lun mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim",
    "lunes martes miércoles mié jueves jue viernes vie sábado sáb domingo dom",
    "segunda terça quarta quinta sexta feira seg ter qua qui sex",
    "lunedì martedì mercoledì giovedì gio venerdì sabato domenica",
    "maandag ma dinsdag woensdag wo donderdag vrijdag vr zaterdag za zondag zo",
    "måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag mån tis ons tor fre lör sön",
    "понедельник пн вторник вт среда ср четверг чт пятница пт суббота сб воскресенье вс",
    "понеділок вівторок середа четвер п'ятниця субота неділя",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela pon wt śr czw pt sob nd",
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "senin selasa rabu kamis jumat sabtu minggu",
)
"""They decide nothing, and are often wrong: read over."""

_BETWEEN = (
    "at on of the o clock hrs hours published posted updated created date last modified",
    "um den der uhr veröffentlicht aktualisiert stand le à du de del la las el a las publié publicado em às as as",
    "il alle ore dell pubblicato op om kl klokken klo gepubliceerd den г года году в р року опубликовано",
)
"""Words that stand between the parts of a date, or before it, and say nothing."""

PARTS_OF_DAY = {
    "am": "凌晨 淩晨 清晨 早上 早晨 清早 上午 午前 오전 새벽",
    "midday": "中午 正午",
    "pm": "下午 午后 午後 傍晚 오후",
    "night": "晚上 晚间 晚間 夜里 夜裡 夜间 夜間 深夜",
}
"""Half of the day, and its names in Chinese, Japanese and Korean."""


def bare(word: str) -> str:
    """The word in small letters, without accents."""
    if word.isascii():
        return word.lower()
    parted = unicodedata.normalize("NFD", word.lower())
    return unicodedata.normalize("NFC", "".join(char for char in parted if unicodedata.category(char) != "Mn"))


MONTH_OF = {
    bare(name): number
    for line in _MONTHS_OF
    for number, names in enumerate(line.split("|"), 1)
    for name in names.split()
}
"""Bare name to the number of the month."""

SILENT = frozenset(bare(word) for line in (*_WEEKDAYS, *_BETWEEN) for word in line.split()) - MONTH_OF.keys()
"""Bare words that may be left out of a date."""
