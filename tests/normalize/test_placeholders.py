"""Which head images stand in for one that an article does not have, and which are its own although they look alike."""

from __future__ import annotations

import pytest

from aggregator.normalize.placeholders import is_placeholder
from normalize.test_normalize_cases import of

PLACEHOLDERS = """
https://picsum.photos/400/300?random=8481
http://PICSUM.photos:443/id/237/200/300.jpg
https://fastly.picsum.photos/id/1/200/300.jpg?hmac=x
https://source.unsplash.com/random/1600x900
https://source.unsplash.com/1600x900/?hospital
https://source.unsplash.com/featured/?news
https://loremflickr.com/640/360
https://via.placeholder.com/150
https://placehold.co/600x400/png
https://placehold.it/300x200
https://dummyimage.com/600x400/000/fff
https://placekitten.com/200/300
https://api.ixiaowai.cn/gqapi/gqapi.php
https://api.dujin.org/bing/1920.php
https://api.example.cn/bing/
https://api.example.cn/api/bing.php?rand=true
https://img.example.cn/random?type=img&dir=wall
https://example.cn/api/random/image
https://example.cn/images/rand.php
https://example.cn/images/default.jpg
https://example.cn/img/default-cover.png
https://example.cn/assets/default_thumbnail_2.webp
https://example.cn/static/defaultCover.jpg
https://example.cn/og-default-1200x630.png
https://example.cn/a/placeholder.svg
https://example.cn/a/image-placeholder-300x200.png
https://example.cn/a/noimage.gif
https://example.cn/a/no-image.png
https://example.cn/a/No_Image_Available.jpg
https://example.cn/a/image-not-found.png
https://example.cn/a/nopic.jpg?v=2
https://example.cn/a/no-photo-available.jpg
https://example.cn/wp-content/themes/x/images/logo.png
https://example.cn/wp-content/uploads/2020/01/logo-512x512.png
https://example.cn/site-logo@2x.png
https://example.cn/logo_white.svg
https://example.cn/spacer.gif
https://example.cn/js/blank.gif#x
https://example.cn/loading.gif
https://example.cn/favicon.ico
https://example.cn/图/默认封面.jpg
""".split()

OWN = """
https://example.cn/default-rates-rise.jpg
https://example.cn/images/openai-logo.jpg
https://example.cn/images/new-logo-of-the-hospital.png
https://example.cn/images/logogram.png
https://example.cn/images/blank-space.jpg
https://example.cn/images/no-entry.jpg
https://example.cn/images/no-more-pictures-of-war.jpg
https://example.cn/images/not-found-in-nature.jpg
https://example.cn/images/randomised-trial.jpg
https://example.cn/images/random.jpg
https://example.cn/random/2024/hospital.jpg
https://example.cn/random-walk/photo.png?random=5
https://example.cn/a.jpg?random=123
https://example.cn/image?id=5&rand=0.1
https://example.cn/api/img?id=5
https://api.example.cn/v1/files/8aef.jpg
https://i.ytimg.com/vi/a1b2c3d4e5f/hqdefault.jpg
https://i.ytimg.com/vi/a1b2c3d4e5f/default.jpg
https://iiif.example.cn/image/ms-42/full/800,/0/default.jpg
https://images.unsplash.com/photo-1488590528505-98d2b5aba04b?w=800
https://source.unsplash.com/WLUHO9A_xik/1600x900
https://notpicsum.photos.example.cn/1.jpg
https://example.cn/picsum.photos/1.jpg
https://cn.bing.com/th?id=OHR.Caracal_ZH-CN7086185498_1920x1080.jpg
https://n.example.cn/finance/20200514/343233024.png
https://example.cn/20240301.jpg
https://example.cn/1.jpg
https://example.cn/cover.jpg
https://example.cn/post/header.png
https://example.cn/图/默认设置.jpg
https://example.cn/%E5%8C%BB.jpg
https://example.cn/
https://example.cn
""".split()


@pytest.mark.parametrize("address", PLACEHOLDERS)
def test_a_placeholder_is_no_head_image(address: str) -> None:
    assert is_placeholder(address)
    assert of("正文", title=f"题\nheadimg: {address}").image is None


@pytest.mark.parametrize("address", OWN)
def test_a_picture_of_the_article_is_not_lost(address: str) -> None:
    assert not is_placeholder(address)


def test_the_next_picture_takes_its_place_and_pictures_in_the_text_stay() -> None:
    body = "正文<img src='https://picsum.photos/400/300'>"
    article = of(body, title="题\nheadimg: https://picsum.photos/400/300\nthumbnail: https://a.cn/3.png")
    assert article.image == "https://a.cn/3.png"
    assert article.html.count("<img") == 2
