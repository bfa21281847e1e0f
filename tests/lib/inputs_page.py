"""A page of tests alone: a composed recipient, its errors and its confirmation, as a checkout will show them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path
from django_cotton.compiler_regex import CottonCompiler

from kameng.lib.inputs.form import RecipientForm
from kameng.lib.inputs.specs import load
from kameng.urls import urlpatterns as shop

GAME: list[dict[str, Any]] = [
    {
        "key": "server",
        "type": "server",
        "label": "区服",
        "params": {
            "regions": [
                {"name": "国服 · 安卓", "items": ["华东一服", "华东二服", "华南一服"]},
                {"name": "国服 · iOS", "items": ["苹果一服", "华东一服"]},
            ]
        },
    },
    {
        "key": "role",
        "type": "role-id",
        "label": "角色 ID",
        "example": "1082774365",
        "where": "打开游戏，点左上角头像，名字下面的一串数字就是。\n不是昵称。",
        "params": {"shortest": 9, "longest": 10},
    },
    {"key": "phone", "type": "mainland-phone", "label": "接收通知的手机"},
]
EVERYTHING: list[dict[str, Any]] = [
    *GAME,
    {"key": "pack", "type": "choice", "label": "平台", "params": {"options": ["手机", "电脑"]}, "help": "只送到这个平台。"},
    {"key": "abroad", "type": "phone", "label": "国外的手机", "example": "+85251234567", "required": False},
    {"key": "qq", "type": "qq", "label": "QQ 号", "required": False},
    {"key": "mail", "type": "email", "label": "账号邮箱", "help": "游戏账号的邮箱，不是收货的。"},
    {"key": "note", "type": "text", "label": "给商家的话", "required": False, "params": {"lines": 3, "longest": 60}},
    {"key": "name", "type": "name", "label": "收货人"},
    {"key": "address", "type": "address", "label": "收货地址", "help": "快递按这个地址送。", "where": "写到门牌号。"},
]
PAGE = """
{% extends "base.html" %}
{% block title %}inputs{% endblock %}
{% block content %}
<div class="km-wrap py-4 lg:py-7">
  <h1 class="text-2xl font-bold mb-4">确认订单</h1>
  <form method="post" novalidate class="space-y-4 lg:space-y-6 max-w-3xl">
    {% csrf_token %}
    <c-errors :form="form" />
    <section class="km-sheet" aria-labelledby="to"><header><h2 class="km-h" id="to">1 · 充到哪里</h2></header>
      <div class="km-pad"><c-recipient :form="form" /></div>
    </section>
    {% if form.is_valid %}
      <section class="km-sheet" aria-labelledby="compare">
        <header><h2 class="km-h" id="compare">2 · 核对是不是这个角色</h2></header>
        <div class="km-pad"><c-confirm :form="form" error="{{ error }}" /></div>
      </section>
    {% endif %}
    <button class="btn btn-primary btn-lg w-full">{% if form.confirmed %}OK{% else %}Pay{% endif %}</button>
  </form>
</div>
{% endblock %}
"""


def page(request: HttpRequest, fields: list[dict[str, Any]]) -> HttpResponse:
    form = RecipientForm(load(fields), request.POST or None)
    error = "请先核对。" if form.is_valid() and not form.confirmed and form.confirm_name in request.POST else ""
    context = RequestContext(request, {"form": form, "error": error})
    return HttpResponse(Template(CottonCompiler().process(PAGE)).render(context))


urlpatterns = [
    *shop,
    path("inputs/game/", page, {"fields": GAME}),
    path("inputs/everything/", page, {"fields": EVERYTHING}),
]
